import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodedError } from '@insula/contract';
import { createLinuxHost, RecordingCommandRunner } from '@insula/host';
import type { StepContext } from '@insula/operations';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { templateActions } from './actions.ts';
import type { LayerContents } from './build-layout.ts';

let dir: string;
let commands: RecordingCommandRunner;
let actions: ReturnType<typeof templateActions>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'templates-'));
  commands = new RecordingCommandRunner();
  const { files, guestTrees, trees } = createLinuxHost({ runcRoot: join(dir, 'runc') });
  const pool = { layers: join(dir, 'layers'), staging: join(dir, 'staging') };
  const contents: LayerContents = {
    seal: async () => ({ bytes: 100, files: 1, digest: null }),
    withTree: async ({ name, version }, _scratch, use) =>
      await use(join(pool.layers, `${name}@${version}`, 'root')),
    withArea: async () => undefined,
    dropView: async () => undefined,
    verify: async () => ({ files: 1, bytes: 100, problems: [] }),
    compare: async () => [],
    archiveParts: async () => null,
    restore: async () => ({ bytes: 100, files: 1, digest: `sha256:${'0'.repeat(64)}` }),
  };
  actions = templateActions({
    commands,
    contents,
    files,
    guestTrees,
    trees,
    architecture: 'x64',
    pool,
    cache: join(dir, 'cache'),
  });
});

afterEach(async () => await rm(dir, { recursive: true }));

const context = (): StepContext & { readonly lines: string[] } => {
  const lines: string[] = [];
  return {
    operationId: 'op1',
    signal: new AbortController().signal,
    progress: () => undefined,
    output: () => undefined,
    log: (line) => lines.push(line),
    lines,
  };
};

const codeOf = async (work: Promise<void>): Promise<string> => {
  try {
    await work;
  } catch (error) {
    return (error as CodedError).code;
  }
  return 'none';
};

const staging = { template: 'small', minimumFreeBytes: 1, source: 'mmdebstrap' } as const;
const layer = {
  name: 'small',
  version: '1',
  title: 'Small',
  distribution: 'debian',
  release: '12',
  init: 'systemd',
} as const;

describe('the staging directory of a build', () => {
  it('is not made on a pool that is too full', async () => {
    expect(
      await codeOf(actions['make-template-staging'].do({ ...staging, minimumFreeBytes: 1e18 }, context())),
    ).toBe('no_space');
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
  });

  it('is not made on a host without mmdebstrap', async () => {
    commands.answer(['mmdebstrap'], { exitCode: 127 });
    expect(await codeOf(actions['make-template-staging'].do(staging, context()))).toBe('host_lacks');
  });

  it('goes when it is undone, as often as that is asked for', async () => {
    await actions['make-template-staging'].undo?.(staging, context());
    await actions['make-template-staging'].do(staging, context());
    await actions['make-template-staging'].do(staging, context());
    expect(await readdir(join(dir, 'staging', 'op1', 'layer', 'root'))).toEqual([]);
    await actions['make-template-staging'].undo?.(staging, context());
    await actions['make-template-staging'].undo?.(staging, context());
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
  });
});

describe('installing packages', () => {
  const args = {
    template: 'small',
    source: { kind: 'mmdebstrap', suite: 'bookworm', variant: 'minbase', components: ['main'], pockets: [] },
    distribution: 'debian',
    packages: ['less'],
  } as const;

  it('says what the tool said last when it fails', async () => {
    commands.answer(['setpriv'], {
      stdout: 'I: running\n',
      stderr: 'E: Unable to locate package less\nnoise\n',
      exitCode: 1,
    });
    const failed = actions['bootstrap-system'].do(
      { ...args, source: { ...args.source, components: ['main'], pockets: [] } },
      context(),
    );
    await expect(failed).rejects.toThrow(
      'building template small failed: mmdebstrap exited with 1: E: Unable to locate package less',
    );
  });

  it('leaves what an earlier try left behind out of a new one', async () => {
    const root = join(dir, 'staging', 'op1', 'layer', 'root');
    await mkdir(join(root, 'etc'), { recursive: true });
    await actions['bootstrap-system'].do(
      { ...args, source: { ...args.source, components: ['main'], pockets: [] } },
      context(),
    );
    expect(await readdir(root)).toEqual([]);
  });

  it("sets up apt in the system as the host's is", async () => {
    commands.answer(['apt-get', 'indextargets'], {
      stdout: 'bookworm|main|Debian|http://mirror.example/debian\n',
    });
    commands.answer(['apt-config'], {
      stdout: 'Acquire::http::Proxy "http://proxy.example:1";\nAcquire::https::Proxy "http://127.0.0.1:1";\n',
    });
    const root = join(dir, 'staging', 'op1', 'layer', 'root');
    const seen = context();
    await actions['bootstrap-system'].do(
      { ...args, source: { ...args.source, components: ['main'], pockets: ['security'] } },
      seen,
    );
    expect(await readFile(join(root, 'etc/apt/sources.list.d/debian.sources'), 'utf8')).toContain(
      'URIs: http://mirror.example/debian',
    );
    const access = await readFile(join(root, 'etc/apt/apt.conf.d/80insula-access'), 'utf8');
    expect(access).toContain('http://proxy.example:1');
    expect(access).not.toContain('127.0.0.1');
    expect(seen.lines).toEqual([
      "packages of bookworm from the host's archive",
      "the host's apt has no security archive: VEs will have none either",
      'Acquire::https::Proxy is for the host alone and not passed on to VEs',
    ]);
  });
});

describe('a published layer', () => {
  const publish = async () => {
    await actions['make-template-staging'].do(staging, context());
    await writeFile(join(dir, 'staging', 'op1', 'layer', 'root', 'file'), 'x');
    commands.answer(['find'], { stdout: '1 100\n' });
    await actions['publish-layer'].do({ layer }, context());
  };

  it('appears whole, with its manifest, and leaves nothing in staging', async () => {
    await publish();
    expect(await readdir(join(dir, 'layers', 'small@1'))).toEqual(['layer.json', 'packages.txt', 'root']);
    const manifest: unknown = JSON.parse(
      await readFile(join(dir, 'layers', 'small@1', 'layer.json'), 'utf8'),
    );
    expect(manifest).toMatchObject({ ...layer, bytes: 100, files: 1 });
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
  });

  it('is on disk before it has its name', async () => {
    await publish();
    expect(commands.argvs.at(-1)).toEqual(['sync', '--file-system', join(dir, 'staging', 'op1', 'layer')]);
  });

  it('goes when it is undone, also when it was never published', async () => {
    await actions['publish-layer'].undo?.({ layer }, context());
    await publish();
    await actions['publish-layer'].undo?.({ layer }, context());
    await actions['publish-layer'].undo?.({ layer }, context());
    expect(await readdir(join(dir, 'layers'))).toEqual([]);
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
  });

  it('with the packages of the one before is dropped, and leaves nothing', async () => {
    commands.answer(['dpkg-query'], { stdout: 'less 590-2 amd64\n' });
    const publishAs = async (version: string, unlessSameAs?: { name: string; version: string }) => {
      await actions['make-template-staging'].do(staging, context());
      const root = join(dir, 'staging', 'op1', 'layer', 'root');
      await mkdir(join(root, 'var/lib/dpkg'), { recursive: true });
      await writeFile(join(root, 'var/lib/dpkg/status'), '');
      const args = { layer: { ...layer, version }, ...(unlessSameAs && { unlessSameAs }) };
      await actions['publish-layer'].do(args, context());
    };
    await publishAs('1');
    await publishAs('2', { name: 'small', version: '1' });
    expect(await readdir(join(dir, 'layers'))).toEqual(['small@1']);
    expect(await readdir(join(dir, 'staging'))).toEqual([]);
    commands.answer(['dpkg-query'], { stdout: 'less 590-3 amd64\n' });
    await publishAs('3', { name: 'small', version: '1' });
    expect(await readdir(join(dir, 'layers'))).toEqual(['small@1', 'small@3']);
  });

  it('can be removed twice', async () => {
    await publish();
    await actions['remove-layer'].do(layer, context());
    await actions['remove-layer'].do(layer, context());
    expect(await readdir(join(dir, 'layers'))).toEqual([]);
  });

  it('that is missing cannot be extended', async () => {
    expect(await codeOf(actions['copy-layer'].do({ template: 'web', ...layer }, context()))).toBe(
      'template_damaged',
    );
  });
});
