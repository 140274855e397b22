import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extractTree } from './extract.ts';

type Header = Parameters<ReturnType<typeof pack>['entry']>[0];

let base = '';
let into = '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'insula-extract-'));
  into = join(base, 'into');
  await mkdir(into);
  await mkdir(join(base, 'outside'));
  await writeFile(join(base, 'outside', 'secret'), 'untouched');
});

afterEach(async () => {
  expect(await readFile(join(base, 'outside', 'secret'), 'utf8')).toBe('untouched');
  expect(await readdir(join(base, 'outside'))).toEqual(['secret']);
  expect((await readdir(base)).sort()).toEqual(['into', 'outside']);
  await rm(base, { recursive: true });
});

/** A tar stream with exactly these entries, whatever they are. */
function archive(entries: readonly (Header & { readonly content?: string })[]): Readable {
  const stream = pack();
  for (const { content, ...header } of entries) stream.entry({ ...header }, content ?? '');
  stream.finalize();
  return Readable.from(stream as unknown as AsyncIterable<Buffer>, { objectMode: false });
}

const skipped: string[] = [];

function unpack(entries: Parameters<typeof archive>[0], root = 'top') {
  skipped.length = 0;
  return extractTree(archive(entries), {
    into,
    root,
    onSkipped: (name, why) => skipped.push(`${name}: ${why}`),
  });
}

const top = { name: 'top/', type: 'directory' } as const;
const at = (path: string) => join(into, 'content', path);

describe('unpacking what a VE sent', () => {
  test('folders, files and links come out with their modes and times', async () => {
    const mtime = new Date('2020-01-02T03:04:05Z');
    const kind = await unpack([
      { ...top, mode: 0o750, mtime },
      { name: 'top/bin/', type: 'directory', mode: 0o555, mtime },
      { name: 'top/bin/tool', type: 'file', mode: 0o755, mtime, content: 'run' },
      { name: 'top/link', type: 'symlink', linkname: '/etc/passwd', mtime },
    ]);
    expect(kind).toBe('directory');
    expect(await readFile(at('bin/tool'), 'utf8')).toBe('run');
    expect((await lstat(at('bin/tool'))).mode & 0o7777).toBe(0o755);
    expect((await lstat(at('bin'))).mode & 0o7777).toBe(0o555);
    expect((await lstat(at(''))).mode & 0o7777).toBe(0o750);
    expect((await lstat(at('bin'))).mtime).toEqual(mtime);
    expect((await lstat(at('bin/tool'))).mtime).toEqual(mtime);
    expect(await readlink(at('link'))).toBe('/etc/passwd');
  });

  test('a single file is its own tree', async () => {
    expect(await unpack([{ name: 'top', type: 'file', content: 'x' }])).toBe('file');
    expect(await readFile(at(''), 'utf8')).toBe('x');
  });

  test('set-user-ID, set-group-ID and sticky bits are taken off', async () => {
    await unpack([
      { ...top, mode: 0o7777 },
      { name: 'top/su', type: 'file', mode: 0o6755, content: 'x' },
    ]);
    expect((await lstat(at('su'))).mode & 0o7777).toBe(0o755);
    expect((await lstat(at(''))).mode & 0o7777).toBe(0o777);
  });

  test('everything belongs to the caller', async () => {
    await unpack([{ name: 'top', type: 'file', uid: 12_345, gid: 54_321, content: 'x' }]);
    expect(await lstat(at(''))).toMatchObject({ uid: process.getuid?.(), gid: process.getgid?.() });
  });

  test.each([
    ['an absolute name', { name: '/etc/cron.d/evil' }],
    ['a name that leads upwards', { name: 'top/../../outside/evil' }],
    ['a name that begins upwards', { name: '../outside/evil' }],
    ['another tree than was asked for', { name: 'other/evil' }],
    ['a name that only begins like the tree', { name: 'topper' }],
  ])('%s ends the copy', async (_, header) => {
    await expect(unpack([top, { ...header, type: 'file', content: 'evil' }])).rejects.toThrow(/name/);
  });

  test('a file is never written through a link of the stream', async () => {
    const link = { name: 'top/way', type: 'symlink', linkname: join(base, 'outside') } as const;
    await expect(
      unpack([top, link, { name: 'top/way/evil', type: 'file', content: 'evil' }]),
    ).rejects.toThrow('no folder');
    await expect(readdir(join(base, 'outside'))).resolves.toEqual(['secret']);
  });

  test('a link cannot be replaced by a folder, nor a folder by a link', async () => {
    const way = { name: 'top/way', type: 'symlink', linkname: join(base, 'outside') } as const;
    const folder = { name: 'top/way/', type: 'directory' } as const;
    await expect(unpack([top, way, folder])).rejects.toThrow('twice');
    await rm(into, { recursive: true });
    await mkdir(into);
    await expect(unpack([top, folder, way])).rejects.toThrow('twice');
  });

  test('the tree itself cannot be a link with things below', async () => {
    const link = { name: 'top', type: 'symlink', linkname: join(base, 'outside') } as const;
    await expect(unpack([link, { name: 'top/secret', type: 'file', content: 'evil' }])).rejects.toThrow(
      'no folder',
    );
  });

  test('a file cannot be written twice, so a link in its place cannot be followed', async () => {
    const link = { name: 'top/a', type: 'symlink', linkname: join(base, 'outside', 'secret') } as const;
    await expect(unpack([top, link, { name: 'top/a', type: 'file', content: 'evil' }])).rejects.toThrow(
      'twice',
    );
  });

  test('a hard link becomes a copy of a file of the stream', async () => {
    await unpack([
      top,
      { name: 'top/a', type: 'file', mode: 0o640, content: 'same' },
      { name: 'top/b', type: 'link', linkname: 'top/a' },
    ]);
    expect(await readFile(at('b'), 'utf8')).toBe('same');
    expect((await lstat(at('b'))).nlink).toBe(1);
  });

  test('a hard link to anything else is left out', async () => {
    await unpack([
      top,
      { name: 'top/l', type: 'symlink', linkname: join(base, 'outside', 'secret') },
      { name: 'top/a', type: 'link', linkname: 'top/l' },
      { name: 'top/b', type: 'link', linkname: 'top/missing' },
    ]);
    expect((await readdir(at(''))).sort()).toEqual(['l']);
    expect(skipped).toHaveLength(2);
  });

  test('a hard link out of the tree ends the copy', async () => {
    await expect(unpack([top, { name: 'top/a', type: 'link', linkname: '/etc/shadow' }])).rejects.toThrow(
      'absolute',
    );
    await rm(join(into, 'content'), { recursive: true });
    await expect(
      unpack([top, { name: 'top/a', type: 'link', linkname: 'top/../../outside/secret' }]),
    ).rejects.toThrow('upwards');
  });

  test('devices and pipes are left out and told', async () => {
    await unpack([
      top,
      { name: 'top/null', type: 'character-device', devmajor: 1, devminor: 3 },
      { name: 'top/disk', type: 'block-device', devmajor: 8, devminor: 0 },
      { name: 'top/pipe', type: 'fifo' },
      { name: 'top/file', type: 'file', content: 'x' },
    ]);
    expect(await readdir(at(''))).toEqual(['file']);
    expect(skipped).toEqual([
      'top/null: character-device is not copied',
      'top/disk: block-device is not copied',
      'top/pipe: fifo is not copied',
    ]);
  });

  test('a stream that is cut off or garbled is an error', async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of archive([top, { name: 'top/a', type: 'file', content: 'x'.repeat(5000) }]))
      chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    const from = (part: Buffer) =>
      extractTree(Readable.from([part]), { into, root: 'top', onSkipped: () => undefined });
    await expect(from(bytes.subarray(0, 3000))).rejects.toThrow();
    await rm(join(into, 'content'), { recursive: true });
    await expect(from(Buffer.from('no tar at all'.repeat(100)))).rejects.toThrow();
  });

  test('a stream without entries is no tree', async () => {
    expect(await unpack([])).toBeUndefined();
  });

  test('a source that breaks off is an error', async () => {
    async function* broken() {
      yield Buffer.alloc(100);
      throw new Error('the daemon went away');
    }
    const source = Readable.from(broken());
    await expect(extractTree(source, { into, root: 'top', onSkipped: () => undefined })).rejects.toThrow(
      'went away',
    );
  });

  test('no stream of hostile entries ever reaches anything outside', async () => {
    const name = fc
      .array(fc.constantFrom('top', '..', '.', '', 'a', 'b', 'way', 'outside', 'secret'), {
        minLength: 1,
        maxLength: 5,
      })
      .map((parts) => parts.join('/'));
    const target = fc.oneof(
      name,
      fc.constantFrom('..', '../..', '../../outside', '/etc', 'way', '../outside/secret'),
    );
    const entry = fc.record({
      name: fc.oneof(
        name.map((text) => `top/${text}`),
        name,
      ),
      type: fc.constantFrom('file', 'directory', 'symlink', 'link', 'fifo'),
      linkname: target,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 8 }), async (entries) => {
        await rm(into, { recursive: true });
        await mkdir(into);
        const given = entries.map((each) => ({
          ...each,
          ...(each.type === 'file' ? { content: 'evil' } : {}),
        }));
        await unpack([top, ...(given as Parameters<typeof archive>[0])]).catch(() => undefined);
        expect(await readFile(join(base, 'outside', 'secret'), 'utf8')).toBe('untouched');
        expect(await readdir(join(base, 'outside'))).toEqual(['secret']);
        expect((await readdir(base)).sort()).toEqual(['into', 'outside']);
        expect((await readdir(into)).filter((child) => child !== 'content')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('a link that was there before is not followed into', async () => {
    // the folder is fresh: what stands in it already is refused, not used
    await symlink(join(base, 'outside'), join(into, 'content'));
    await expect(unpack([top, { name: 'top/evil', type: 'file', content: 'evil' }])).rejects.toThrow(
      'EEXIST',
    );
  });
});
