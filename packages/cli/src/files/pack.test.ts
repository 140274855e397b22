import { execFileSync } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extractTree } from './extract.ts';
import { packTree } from './pack.ts';
import { tarHeader } from './tar-header.ts';

let base = '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'insula-pack-'));
});

afterEach(() => rm(base, { recursive: true }));

async function bytesOf(path: string, as: string, skipped: string[] = []): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of packTree(path, { as, onSkipped: (name) => skipped.push(name) }))
    chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('packing a local tree', () => {
  test('tar reads it: names, modes, owners and links', async () => {
    const source = join(base, 'site');
    await mkdir(join(source, 'css'), { recursive: true });
    await writeFile(join(source, 'index.html'), '<h1>', { mode: 0o4755 });
    await writeFile(join(source, 'css', 'größe.css'), 'x'.repeat(1000), { mode: 0o600 });
    await symlink('index.html', join(source, 'start'));
    const listing = execFileSync('tar', ['-tvf', '-', '--numeric-owner', '--quoting-style=literal'], {
      input: await bytesOf(source, 'www'),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    const lines = listing
      .trim()
      .split('\n')
      .map((line) => line.replaceAll(/\s+\d{4}-\d\d-\d\d \d\d:\d\d/g, '').replaceAll(/\s+/g, ' '));
    expect(lines).toEqual([
      'drwxr-xr-x 0/0 0 www/',
      'drwxr-xr-x 0/0 0 www/css/',
      '-rw------- 0/0 1000 www/css/größe.css',
      '-rwxr-xr-x 0/0 4 www/index.html',
      'lrwxrwxrwx 0/0 0 www/start -> index.html',
    ]);
  });

  test('a single file can have another name', async () => {
    await writeFile(join(base, 'a'), 'x');
    const listing = execFileSync('tar', ['-t'], {
      input: await bytesOf(join(base, 'a'), 'b'),
      encoding: 'utf8',
    });
    expect(listing).toBe('b\n');
  });

  test('the content of a folder comes without the folder', async () => {
    await writeFile(join(base, 'a'), 'x');
    const listing = execFileSync('tar', ['-t'], { input: await bytesOf(base, ''), encoding: 'utf8' });
    expect(listing).toBe('a\n');
  });

  test('sockets and pipes are left out and told', async () => {
    execFileSync('mkfifo', [join(base, 'pipe')]);
    const server = createServer().listen(join(base, 'socket'));
    await writeFile(join(base, 'file'), '');
    const skipped: string[] = [];
    const bytes = await bytesOf(base, 'x', skipped);
    server.close();
    expect(skipped.sort()).toEqual([join(base, 'pipe'), join(base, 'socket')]);
    expect(execFileSync('tar', ['-t'], { input: bytes, encoding: 'utf8' })).toBe('x/\nx/file\n');
  });

  test('a missing file is an error', async () => {
    await expect(bytesOf(join(base, 'missing'), 'x')).rejects.toThrow('ENOENT');
  });

  test('sizes of 8 GiB and above stand in the header in binary', () => {
    const header = tarHeader({
      name: 'big',
      kind: 'file',
      mode: 0o644,
      sizeBytes: 2 ** 33 + 5,
      modifiedAt: new Date(0),
    });
    expect(header.subarray(124, 136).toString('hex')).toBe('800000000000000200000005');
  });

  test('names and links that are no UTF-8 come out as they went in', async () => {
    const odd = (text: string) => Buffer.concat([Buffer.from(text), Buffer.from([0x66, 0xff, 0xfe, 0x80])]);
    await mkdir(join(base, 'in'));
    await mkdir(join(base, 'out'));
    await writeFile(odd(`${base}/in/`), 'odd');
    await symlink(odd('to-'), odd(`${base}/in/link-`));
    const stream = packTree(`${base}/in/`, { as: 'größe', onSkipped: () => undefined });
    await extractTree(stream, { into: join(base, 'out'), root: 'größe', onSkipped: () => undefined });
    expect(await readFile(odd(`${base}/out/content/`), 'utf8')).toBe('odd');
    expect(await readlink(odd(`${base}/out/content/link-`), 'buffer')).toEqual(odd('to-'));
  });

  test('any tree that is packed and unpacked is the same tree', async () => {
    const name = fc.oneof(
      fc.stringMatching(/^[a-zäß日 ._-]{1,12}$/u).filter((text) => text !== '.' && text !== '..'),
      fc.stringMatching(/^[a-z]{101,140}$/),
    );
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc.constantFrom(new Uint8Array(512), new Uint8Array(70_000).fill(7)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(path, content, { maxKeys: 6, noNullPrototype: true }),
        name,
        async (files, target) => {
          await rm(base, { recursive: true });
          await mkdir(join(base, 'in'), { recursive: true });
          await mkdir(join(base, 'out'));
          const written = new Map<string, Uint8Array>();
          for (const [file, bytes] of Object.entries(files)) {
            try {
              await mkdir(dirname(join(base, 'in', file)), { recursive: true });
              await writeFile(join(base, 'in', file), bytes, { flag: 'wx' });
              written.set(file, bytes);
            } catch {
              // a name that is a folder in another path
            }
          }
          await symlink(target, join(base, 'in', 'the link'));
          const stream = packTree(join(base, 'in'), { as: 'tree', onSkipped: () => undefined });
          await extractTree(stream, { into: join(base, 'out'), root: 'tree', onSkipped: () => undefined });
          for (const [file, bytes] of written) {
            expect(await readFile(join(base, 'out', 'content', file))).toEqual(Buffer.from(bytes));
          }
          expect(await readlink(join(base, 'out', 'content', 'the link'))).toBe(target);
          expect((await lstat(join(base, 'out', 'content'))).isDirectory()).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});
