import { execFileSync } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { GuestFileChanged, type GuestFileRequest, type GuestPlace, type Host } from '../src/index.ts';
import { type BusyboxContainer, prepareContainer } from './busybox-container.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const { makeTemporary, cleanUp } = temporaryDirectories();
const base = 1_879_048_192;
const never = new AbortController().signal;

interface Guest {
  readonly host: Host;
  readonly container: BusyboxContainer;
  /** What it has changed, as it is on disk: ids are those inside. */
  readonly upper: string;
  readonly place: GuestPlace;
  ask(request: GuestFileRequest): ReturnType<Host['guestFiles']['request']>;
  put(
    path: string,
    content: string,
    onlyIf?: 'any' | 'new' | 'existing' | { version: string },
  ): Promise<string>;
  get(path: string): Promise<string>;
}

const bytes = (path: string) => Buffer.from(path);

async function* pieces(...parts: readonly (string | Buffer)[]): AsyncIterable<Buffer> {
  for (const part of parts) yield Buffer.from(part as string);
}

async function guest(kind: GuestPlace['kind']): Promise<Guest> {
  const dir = await makeTemporary();
  const container = await prepareContainer(cleanUp, dir, 'sleep 1000');
  const { host } = container;
  let place: GuestPlace = { kind: 'mounted', root: join(dir, 'run/root'), ids: { base, count: 65_536 } };
  if (kind === 'running') {
    const { pid } = await container.create();
    await host.runc.start(container.id, pid);
    const init = await host.processes.identify(pid);
    if (init === null) throw new Error('init is gone');
    place = { kind: 'running', init };
  }
  const { guestFiles } = host;
  return {
    host,
    container,
    upper: join(dir, 'private/upper'),
    place,
    ask: async (request) => await guestFiles.request(place, request, { signal: never }),
    put: async (path, content, onlyIf = 'any') =>
      (
        await guestFiles.write(place, { path: bytes(path), mode: null, onlyIf }, pieces(content), {
          signal: never,
        })
      ).version,
    get: async (path) => {
      const read = { path: bytes(path), offset: 0, length: null };
      return await text((await guestFiles.read(place, read, { signal: never })).content);
    },
  };
}

const code = async (failing: Promise<unknown>): Promise<string> => {
  try {
    await failing;
    return 'done';
  } catch (error) {
    return error instanceof GuestFileChanged ? 'changed' : (error as { readonly code: string }).code;
  }
};

describe.each(['running', 'mounted'] as const)('files of a VE that is %s', (kind) => {
  test('are listed by bytes and page by page, with their facts, and links with what they lead to', async () => {
    const { ask, upper } = await guest(kind);
    mkdirSync(join(upper, 'many'));
    const odd = Buffer.from([0x66, 0xff, 0xfe, 0x0a, 0x80]);
    for (const name of ['b', 'a', ' ', '-n', '0', '~', 'new\nline', 'x'.repeat(255)])
      writeFileSync(join(upper, 'many', name), name, { mode: 0o640 });
    writeFileSync(Buffer.concat([bytes(`${upper}/many/`), odd]), 'odd');
    symlinkSync('/bin', join(upper, 'many/link'));
    symlinkSync('nowhere', join(upper, 'many/broken'));
    chownSync(join(upper, 'many/a'), 33, 65_534);
    const list = { kind: 'list', path: bytes('/many'), most: 3 } as const;
    const names: string[] = [];
    let after: Buffer | null = null;
    for (;;) {
      const page: Awaited<ReturnType<Guest['ask']>> = await ask({ ...list, after });
      names.push(...page.map(({ name }) => name.toString('latin1')));
      after = page.at(-1)?.name ?? null;
      if (page.length < 3) break;
    }
    expect(names).toEqual([...names].sort());
    expect(names).toContain(odd.toString('latin1'));
    expect(names).toHaveLength(11);
    const all = await ask({ ...list, most: 100, after: null });
    const named = (name: string) => all.find((facts) => facts.name.toString() === name);
    expect(named('a')).toMatchObject({ mode: 0o100640, uid: 33, gid: 65_534, sizeBytes: 1, links: 1 });
    expect(named('link')).toMatchObject({ target: bytes('/bin'), targetMode: 0o040755 });
    expect(named('broken')).toMatchObject({ target: bytes('nowhere'), targetMode: 0 });
    const path = Buffer.concat([bytes('/many/'), odd]);
    expect(await ask({ kind: 'show', path })).toMatchObject([{ name: odd, sizeBytes: 3 }]);
    expect(await code(ask({ ...list, path: bytes('/many/a'), after: null }))).toBe('ENOTDIR');
    expect(await code(ask({ ...list, path: bytes('/none'), after: null }))).toBe('ENOENT');
    expect(await ask({ kind: 'show', path: bytes('/') })).toMatchObject([{ name: bytes('') }]);
  });

  test('are written whole or not at all, and keep owner, mode and attributes', async () => {
    const { ask, upper, put, get, host, place } = await guest(kind);
    mkdirSync(join(upper, 'home'));
    chownSync(join(upper, 'home'), 1000, 1001);
    await put('/home/new', 'first');
    expect(lstatSync(join(upper, 'home/new'))).toMatchObject({ uid: 1000, gid: 1001, mode: 0o100644 });
    await ask({ kind: 'change', path: bytes('/home/new'), mode: 0o4750, uid: 33, gid: null });
    await ask({ kind: 'change', path: bytes('/home/new'), mode: 0o4750, uid: null, gid: null });
    execFileSync('setfattr', ['-n', 'user.note', '-v', 'kept', join(upper, 'home/new')]);
    await put('/home/new', 'second');
    expect(await get('/home/new')).toBe('second');
    expect(lstatSync(join(upper, 'home/new'))).toMatchObject({ uid: 33, gid: 1001, mode: 0o104750 });
    expect(
      execFileSync('getfattr', ['-n', 'user.note', '--only-values', join(upper, 'home/new')]).toString(),
    ).toBe('kept');
    async function* breaking(): AsyncIterable<Buffer> {
      yield Buffer.alloc(200_000, 'x');
      throw new Error('the client has gone');
    }
    const write = { path: bytes('/home/new'), mode: null, onlyIf: 'any' } as const;
    await expect(host.guestFiles.write(place, write, breaking(), { signal: never })).rejects.toThrow('gone');
    expect(await get('/home/new')).toBe('second');
    expect(readdirSync(join(upper, 'home'))).toEqual(['new']);
    const large = Buffer.alloc(5_000_000, 'abc');
    await host.guestFiles.write(place, write, pieces(large, large), { signal: never });
    expect(readFileSync(join(upper, 'home/new')).equals(Buffer.concat([large, large]))).toBe(true);
    const part = await host.guestFiles.read(
      place,
      { path: bytes('/home/new'), offset: 4_999_999, length: 4 },
      { signal: never },
    );
    expect(await text(part.content)).toBe('babc');
  });

  test('are overwritten by one of two who had read the same, not by both', async () => {
    const { ask, put, get } = await guest(kind);
    await put('/note', 'zero', 'new');
    expect(await code(put('/note', 'again', 'new'))).toBe('changed');
    const [note] = await ask({ kind: 'show', path: bytes('/note') });
    const version = note?.version ?? '';
    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map(async (content) => await code(put('/note', content, { version }))),
    );
    expect([...outcomes].sort()).toEqual(['changed', 'changed', 'done']);
    expect(await get('/note')).toBe(['one', 'two', 'three'][outcomes.indexOf('done')]);
    expect(await code(put('/absent', 'x', 'existing'))).toBe('changed');
    expect(await code(put('/absent', 'x', { version }))).toBe('changed');
    expect(await code(ask({ kind: 'show', path: bytes('/absent') }))).toBe('ENOENT');
  });

  test('are renamed, made and removed by name, never through a link', async () => {
    const { ask, put, upper } = await guest(kind);
    await ask({ kind: 'make-directory', path: bytes('/a/b/c'), mode: 0o750, parents: true });
    expect(lstatSync(join(upper, 'a/b/c')).mode & 0o777).toBe(0o750);
    expect(
      await code(ask({ kind: 'make-directory', path: bytes('/a/b/c'), mode: 0o755, parents: false })),
    ).toBe('EEXIST');
    expect(
      await code(ask({ kind: 'make-directory', path: bytes('/x/y'), mode: 0o755, parents: false })),
    ).toBe('ENOENT');
    await put('/a/file', 'text');
    await put('/a/other', 'other');
    const rename = { kind: 'rename', path: bytes('/a/file'), to: bytes('/a/other') } as const;
    expect(await code(ask({ ...rename, replace: false }))).toBe('EEXIST');
    expect(await ask({ ...rename, replace: true })).toMatchObject([{ name: bytes('other'), sizeBytes: 4 }]);
    mkdirSync(join(upper, 'victim'));
    writeFileSync(join(upper, 'victim/kept'), 'kept');
    symlinkSync('/victim', join(upper, 'a/b/link'));
    symlinkSync('../../victim', join(upper, 'a/b/c/up'));
    expect(await code(ask({ kind: 'remove', path: bytes('/a'), recursive: false }))).toBe('ENOTEMPTY');
    expect(await ask({ kind: 'remove', path: bytes('/a'), recursive: true })).toEqual([]);
    expect(existsSync(join(upper, 'a'))).toBe(false);
    expect(readFileSync(join(upper, 'victim/kept'), 'utf8')).toBe('kept');
    symlinkSync('/victim', join(upper, 'way'));
    await ask({ kind: 'remove', path: bytes('/way'), recursive: true });
    expect(readdirSync(join(upper, 'victim'))).toEqual(['kept']);
    for (const path of ['/', '/.', '/..', '/bin/..', '//'])
      expect(await code(ask({ kind: 'remove', path: bytes(path), recursive: true }))).toBe('EINVAL');
    expect(await code(ask({ kind: 'change', path: bytes('/'), mode: 0o755, uid: null, gid: null }))).toBe(
      'done',
    );
    symlinkSync('/victim/kept', join(upper, 'l'));
    expect(await code(ask({ kind: 'change', path: bytes('/l'), mode: 0o777, uid: null, gid: null }))).toBe(
      'ELOOP',
    );
    await ask({ kind: 'change', path: bytes('/l'), mode: null, uid: 5, gid: 6 });
    expect(lstatSync(join(upper, 'l'))).toMatchObject({ uid: 5, gid: 6 });
    expect(lstatSync(join(upper, 'victim/kept'))).toMatchObject({ uid: 0, gid: 0 });
  });

  test('deeper than any path are removed', async () => {
    const { ask, upper } = await guest(kind);
    const deep = 'chdir $ARGV[0]; for (1 .. 60) { $name = "deep" x 60; mkdir $name; chdir $name }';
    mkdirSync(join(upper, 'deep'));
    execFileSync('perl', ['-e', deep, join(upper, 'deep')]);
    await ask({ kind: 'remove', path: bytes('/deep'), recursive: true });
    expect(existsSync(join(upper, 'deep'))).toBe(false);
  });

  test('of the node are out of reach, whatever links say', async () => {
    const { ask, upper, put, get, container } = await guest(kind);
    writeFileSync(join(container.dir, 'secret'), 'of the node', { mode: 0o644 });
    symlinkSync(join(container.dir, 'secret'), join(upper, 'out'));
    symlinkSync(`${'../'.repeat(30)}${container.dir.slice(1)}/secret`, join(upper, 'up'));
    for (const path of ['/out', '/up', `/../..${container.dir}/secret`])
      expect(await code(get(path))).toBe('ENOENT');
    expect(await code(put('/out', 'evil'))).toBe('ENOENT');
    expect(readFileSync(join(container.dir, 'secret'), 'utf8')).toBe('of the node');
    for (const path of ['/proc/self/root/etc/shadow', '/proc/self/fd/0', '/proc/sys/kernel/core_pattern']) {
      const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8');
      expect(await code(put(path, '|/evil'))).not.toBe('done');
      expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBe(before);
    }
    symlinkSync('loop', join(upper, 'loop'));
    expect(await code(put('/loop', 'x'))).toBe('ELOOP');
    symlinkSync('/etc/there', join(upper, 'inside'));
    await put('/inside', 'through the link');
    expect(readlinkSync(join(upper, 'inside'))).toBe('/etc/there');
    expect(readFileSync(join(upper, 'etc/there'), 'utf8')).toBe('through the link');
    expect(await ask({ kind: 'show', path: bytes('/inside') })).toMatchObject([
      { target: bytes('/etc/there') },
    ]);
  });

  test('that are none are not opened: pipes, devices, directories', async () => {
    const { upper, put, get } = await guest(kind);
    execFileSync('mkfifo', [join(upper, 'pipe')]);
    execFileSync('mknod', [join(upper, 'disk'), 'b', '7', '0']);
    for (const path of ['/pipe', '/disk']) {
      expect(await code(get(path))).toBe('EINVAL');
      expect(await code(put(path, 'x'))).toBe('EINVAL');
    }
    expect(await code(get('/bin'))).toBe('EISDIR');
    expect(await code(put('/bin', 'x'))).toBe('EISDIR');
  });

  test('cannot be given to ids that the VE does not have', async () => {
    const { ask, put } = await guest(kind);
    await put('/f', 'x');
    for (const id of [65_536, 4_000_000_000])
      expect(await code(ask({ kind: 'change', path: bytes('/f'), mode: null, uid: id, gid: null }))).toBe(
        'EINVAL',
      );
  });
});

test('who works on files of a running VE is in its control groups, holds nothing of the node, and is gone with its client', async () => {
  const { host, place, container } = await guest('running');
  const abort = new AbortController();
  const { promise: never, reject } = Promise.withResolvers<Buffer>();
  async function* endless(): AsyncIterable<Buffer> {
    yield Buffer.from('begun');
    yield await never;
  }
  const write = { path: bytes('/f'), mode: null, onlyIf: 'any' } as const;
  const writing = code(host.guestFiles.write(place, write, endless(), { signal: abort.signal }));
  const workers = async () => {
    const found = await host.processes.details(await host.cgroups.processes(container.cgroup));
    return found.filter(({ commandLine }) => commandLine.startsWith('perl'));
  };
  for (let seen = false; !seen; await sleep(20)) {
    const [worker] = await workers();
    seen = worker?.uid === base;
    if (worker === undefined || !seen) continue;
    const fds = readdirSync(`/proc/${worker.pid}/fd`).map((fd) =>
      readlinkSync(`/proc/${worker.pid}/fd/${fd}`),
    );
    expect(
      fds.filter((path) => !/^(?:socket:|\/dev\/null|\/f$|.*\/\.insula-[0-9a-f]{16}$)/.test(path)),
    ).toEqual([]);
    const status = readFileSync(`/proc/${worker.pid}/status`, 'utf8');
    expect(status).toMatch(/^Groups:\s*$/m);
    for (const name of ['user', 'mnt', 'net', 'ipc', 'uts'])
      expect(readlinkSync(`/proc/${worker.pid}/ns/${name}`)).not.toBe(readlinkSync(`/proc/self/ns/${name}`));
  }
  abort.abort(new Error('enough'));
  reject(new Error('enough'));
  expect(await writing).not.toBe('done');
  expect(await workers()).toEqual([]);
  const after = await host.guestFiles.request(
    place,
    { kind: 'list', path: bytes('/'), most: 100, after: null },
    { signal: new AbortController().signal },
  );
  expect(after.filter(({ name }) => name.toString().startsWith('.insula'))).toEqual([]);
});
