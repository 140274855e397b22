import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { TemplateDetail, TemplateDiff } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { run, startNode, type TestNode } from '../harness/index.ts';

let node: TestNode;
let dir: string;
/** The root file system of the busybox template as tar archives. */
const tar = (...args: readonly string[]) => run(['tar', '-C', `${dir}/root`, ...args]);

const create = (name: string, body: object) =>
  node.api.attempt('POST', `/v1/templates/${name}`, { init: 'busybox', ...body });

async function boots(template: string): Promise<void> {
  const name = `ve-${template}`;
  await node.create({ name, template, start: true });
  await node.wait(name);
  expect(await node.inside(name, 'hostname; ls -l /bin/busybox | cut -c1-10')).toContain(name);
  await node.destroy(name);
}

beforeAll(async () => {
  node = await startNode({ templates: [] });
  dir = `${node.paths.dir}/foreign`;
  mkdirSync(dir);
  await node.api.perform('POST', '/v1/templates/busybox/build');
  // as a VE shows it
  await node.create({ name: 'origin', template: 'busybox' });
  await node.act('mount', 'origin');
  await run(['cp', '-a', `${node.paths.run}/ve/${(await node.show('origin')).uuid}/root`, `${dir}/root`]);
  await run(['chown', '-R', '--no-dereference', '0:0', `${dir}/root`]);
  await node.destroyAll();
  await run(['mknod', `${dir}/root/dev/sda`, 'b', '8', '0']);
  await run(['setcap', 'cap_net_raw+ep', `${dir}/root/usr/bin/busybox`]);
  writeFileSync(`${dir}/root/etc/-rf\nodd`, 'odd');
  writeFileSync(`${dir}/root/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
});

describe('a template from an archive', () => {
  test.each(['gz', 'xz', 'zst'])('compressed as .tar.%s boots', async (suffix) => {
    await tar('-c', '--xattrs', '--xattrs-include=*', '-a', '-f', `${dir}/system.tar.${suffix}`, '.');
    const name = `from-${suffix}`;
    expect(await create(name, { archive: `${dir}/system.tar.${suffix}` })).toMatchObject({
      state: 'succeeded',
    });
    await boots(name);
    const { source, versions } = await node.api.get<TemplateDetail>(`/v1/templates/${name}`);
    expect(source).toBe('archive');
    const { files } = await node.api.get<TemplateDiff>(`/v1/templates/busybox/diff/${name}`);
    expect(files).toEqual([
      { path: '/etc/-rf\nodd', change: 'added' },
      { path: '/usr/bin/busybox', change: 'metadata' },
    ]);
    expect(versions).toHaveLength(1);
  });

  test('loses its devices and its identity', async () => {
    const { log } = await create('plain', { archive: `${dir}/system.tar.gz`, title: 'Plain' });
    expect(log.join('\n')).toContain('1 device nodes were left out');
    const layer = `${node.paths.pool}/layers/plain@${(await node.api.get<TemplateDetail>('/v1/templates/plain')).versions[0]?.version}`;
    expect(existsSync(`${layer}/root/dev/sda`)).toBe(false);
    expect(readFileSync(`${layer}/root/etc/machine-id`, 'utf8')).toBe('');
    expect(existsSync(`${node.paths.templates}/plain.yaml`)).toBe(true);
  });

  test('of an LXC image is what lies in its rootfs', async () => {
    const lxc = `${dir}/lxc`;
    mkdirSync(lxc);
    await run(['cp', '-a', `${dir}/root`, `${lxc}/rootfs`]);
    writeFileSync(`${lxc}/metadata.yaml`, 'architecture: x86_64\n');
    await run(['tar', '-C', lxc, '-c', '-J', '-f', `${dir}/lxc.tar.xz`, 'metadata.yaml', 'rootfs']);
    expect(await create('lxc', { archive: `${dir}/lxc.tar.xz` })).toMatchObject({ state: 'succeeded' });
    await boots('lxc');
  });

  test('is refused when it is hostile, damaged or another one, and leaves nothing', async () => {
    const evil = async (name: string, ...args: readonly string[]) => {
      await run(['tar', '-c', '-P', '-f', `${dir}/${name}.tar`, ...args]);
      const { error } = await create(name, { archive: `${dir}/${name}.tar` });
      return `${error?.code}: ${error?.detail}`;
    };
    expect(await evil('absolute', '/etc/hostname')).toContain('absolute path');
    expect(await evil('outside', '-C', dir, '--transform=s,^root,../root,', 'root/etc')).toContain('outside');
    mkdirSync(`${dir}/trap/real`, { recursive: true });
    writeFileSync(`${dir}/trap/real/passwd`, 'evil');
    await run(['ln', '-s', '/etc', `${dir}/trap/link`]);
    const symlink = ['-C', `${dir}/trap`, 'link', '--transform=s,^real,link,', 'real/passwd'];
    expect(await evil('symlink', ...symlink)).toContain('through a symlink');
    await run(['truncate', '--size', '8T', `${dir}/trap/bomb`]);
    expect(await evil('bomb', '--sparse', '-C', `${dir}/trap`, 'bomb')).toContain('when it is unpacked');
    expect(await evil('no-init', '-C', dir, 'trap/real')).toContain('no /sbin/init');
    copyFileSync(`${dir}/system.tar.gz`, `${dir}/cut.tar.gz`);
    await run(['truncate', '--size', '300000', `${dir}/cut.tar.gz`]);
    expect(await create('cut', { archive: `${dir}/cut.tar.gz` })).toMatchObject({
      error: { code: 'archive_refused' },
    });
    const other = await create('other', { archive: `${dir}/system.tar.gz`, sha256: '0'.repeat(64) });
    expect(other.error?.detail).toContain('its SHA-256 is');
    expect((await create('gone', { archive: '/nonexistent.tar' })).error?.code).toBe('archive_refused');
    for (const name of ['absolute', 'cut', 'bomb', 'other'])
      expect(existsSync(`${node.paths.templates}/${name}.yaml`)).toBe(false);
    expect(existsSync('/etc/passwd')).toBe(true);
    expect(await node.leftovers()).toEqual([]);
  });

  test('may not run its programs on the node unless somebody vouches for it', async () => {
    const text = `name: script\ntitle: T\ndistribution: d\nrelease: r\ninit: busybox\nsource:\n  kind: archive\n  path: ${dir}/system.tar.gz\nminimumFreeBytes: 0\nscripts:\n  - title: s\n    run: touch /ran\n`;
    writeFileSync(`${node.paths.templates}/script.yaml`, text);
    const refused = await node.api.refused('POST', '/v1/templates/script/build');
    expect(refused.detail).toContain('trusted');
    writeFileSync(`${node.paths.templates}/script.yaml`, text.replace('  kind:', '  trusted: true\n  kind:'));
    await node.api.perform('POST', '/v1/templates/script/build');
    const { files } = await node.api.get<TemplateDiff>('/v1/templates/plain/diff/script');
    expect(files).toEqual([{ path: '/ran', change: 'added' }]);
  });

  test('that exists already is not written over', async () => {
    expect(
      await node.api.refused('POST', '/v1/templates/busybox', { init: 'busybox', archive: '/x' }),
    ).toMatchObject({
      code: 'template_exists',
    });
    expect(await node.api.refused('POST', '/v1/templates/neither', { init: 'busybox' })).toMatchObject({
      code: 'invalid_input',
    });
  });
});

interface Blob {
  readonly digest: string;
  readonly size: number;
}

describe('a template from an image', () => {
  const layout = () => `${dir}/layout`;
  const put = (bytes: Buffer): Blob => {
    const digest = createHash('sha256').update(bytes).digest('hex');
    mkdirSync(`${layout()}/blobs/sha256`, { recursive: true });
    writeFileSync(`${layout()}/blobs/sha256/${digest}`, bytes);
    return { digest: `sha256:${digest}`, size: bytes.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const layers: Blob[] = [];

  beforeAll(async () => {
    await tar('-c', '-z', '-f', `${dir}/base.tar.gz`, '.');
    const top = `${dir}/top`;
    mkdirSync(`${top}/etc/init.d`, { recursive: true });
    writeFileSync(`${top}/etc/added`, 'by the second layer');
    writeFileSync(`${top}/etc/.wh.-rf\nodd`, '');
    writeFileSync(`${top}/etc/.wh.never there`, '');
    await run(['tar', '-C', top, '-c', '-f', `${dir}/top.tar`, '.']);
    layers.push(put(readFileSync(`${dir}/base.tar.gz`)), put(readFileSync(`${dir}/top.tar`)));
    const manifest = put(json({ schemaVersion: 2, config: put(json({})), layers }));
    const index = {
      schemaVersion: 2,
      manifests: [{ ...manifest, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }],
    };
    writeFileSync(`${layout()}/index.json`, json(index));
    writeFileSync(`${layout()}/oci-layout`, json({ imageLayoutVersion: '1.0.0' }));
  });

  const looksRight = async (name: string) => {
    await boots(name);
    const { files } = await node.api.get<TemplateDiff>(`/v1/templates/plain/diff/${name}`);
    const changes = files.filter(({ path }) => !path.includes('busybox'));
    expect(changes).toContainEqual({ path: '/etc/added', change: 'added' });
    expect(changes).toContainEqual({ path: '/etc/-rf\nodd', change: 'removed' });
    expect(changes.filter(({ path }) => path.includes('.wh.'))).toEqual([]);
  };

  test('in an OCI layout boots, with what its layers add and take away', async () => {
    for (const [name, reference] of [
      ['oci', `oci:${layout()}:v1`],
      ['oci-untagged', `oci:${layout()}`],
    ] as const) {
      expect(await create(name, { image: reference })).toMatchObject({ state: 'succeeded' });
      await looksRight(name);
    }
    const missing = await create('nosuch', { image: `oci:${layout()}:v2` });
    expect(missing.error?.detail).toContain('it holds no image v2');
  });

  test('in an archive of a layout boots', async () => {
    await run(['tar', '-C', layout(), '-c', '-f', `${dir}/image.tar`, '.']);
    expect(await create('oci-archive', { image: `oci-archive:${dir}/image.tar` })).toMatchObject({
      state: 'succeeded',
    });
    await looksRight('oci-archive');
  });

  test('in what docker save has written boots', async () => {
    const saved = `${dir}/saved`;
    mkdirSync(`${saved}/aa`, { recursive: true });
    mkdirSync(`${saved}/bb`);
    await run(['sh', '-c', 'gzip -dc "$1" > "$2"', 'sh', `${dir}/base.tar.gz`, `${saved}/aa/layer.tar`]);
    copyFileSync(`${dir}/top.tar`, `${saved}/bb/layer.tar`);
    writeFileSync(
      `${saved}/manifest.json`,
      json([{ Config: 'x.json', RepoTags: null, Layers: ['aa/layer.tar', 'bb/layer.tar'] }]),
    );
    await run(['tar', '-C', saved, '-c', '-f', `${dir}/docker.tar`, 'manifest.json', 'aa', 'bb']);
    expect(await create('docker-archive', { image: `docker-archive:${dir}/docker.tar` })).toMatchObject({
      state: 'succeeded',
    });
    await looksRight('docker-archive');
  });

  test('with a damaged layer is refused', async () => {
    const blob = `${layout()}/blobs/sha256/${layers[1]?.digest.slice(7)}`;
    const bytes = readFileSync(blob);
    writeFileSync(blob, Buffer.concat([bytes, Buffer.from('x')]));
    const { error } = await create('damaged', { image: `oci:${layout()}:v1` });
    expect(error?.detail).toContain('another digest');
    writeFileSync(blob, bytes);
    expect(await node.leftovers()).toEqual([]);
  });

  test('of a registry needs skopeo, and says so where it is missing', async () => {
    const { state, error } = await create('registry', { image: 'docker://127.0.0.1:1/nothing:v1' });
    expect(state).toBe('failed');
    expect(['host_lacks', 'template_build_failed']).toContain(error?.code);
    expect(await node.leftovers()).toEqual([]);
  });
});
