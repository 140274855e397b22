import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from 'vitest';
import { withEntries } from '../src/criu/image-format.ts';
import { LinuxMemoryTransfer } from '../src/memory/linux-memory-transfer.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const pageBytes = 4096;
const memory = new LinuxMemoryTransfer();
const signal = new AbortController().signal;

const { makeTemporary } = temporaryDirectories();
let dir: string;
beforeEach(async () => {
  dir = await makeTemporary();
});

/** A program that fills its memory with a word that is in no other. */
async function holding(word: string) {
  const program = spawn(
    'perl',
    [
      '-e',
      `$x = '${word.slice(0, 4)}' . '${word.slice(4)}'; $y = $x x 2_000_000; $| = 1; print "ready"; sleep 600`,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  await new Promise((resolve) => program.stdout.once('data', resolve));
  return program;
}

test('the memory of a running program is read, and a copy of it kept', async () => {
  const program = await holding('moonbeam');
  try {
    const copy = join(dir, 'copy');
    const owners = [{ pid: program.pid ?? 0, innerPid: 7 }];
    const streamed = await buffer(memory.read(owners, copy, { signal }));
    expect(streamed.equals(readFileSync(copy))).toBe(true);
    expect(streamed.includes('moonbeam'.repeat(pageBytes / 8))).toBe(true);
    expect(streamed.length).toBeGreaterThan(16_000_000);
    const index = JSON.parse(readFileSync(`${copy}.index`, 'utf8')) as Record<
      string,
      readonly { count: number }[]
    >;
    const pages = index['7']?.reduce((sum, { count }) => sum + count, 0);
    expect(pages).toBe(streamed.length / pageBytes);
    await memory.removeCopy(copy);
  } finally {
    program.kill('SIGKILL');
  }
});

test('a program that has ended has no memory', async () => {
  const copy = join(dir, 'copy');
  const owners = [{ pid: 4_194_303, innerPid: 7 }];
  expect(await buffer(memory.read(owners, copy, { signal }))).toHaveLength(0);
});

describe('page images', () => {
  const page = (letter: string) => Buffer.alloc(pageBytes, letter);
  const varint = (value: number): readonly number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
  const header = Buffer.alloc(8);
  /** A pagemap with one entry of pages from an address on, with the flag that they are in the image. */
  const pagemap = (first: number, count: number) =>
    withEntries(header, [
      Buffer.from([0x08, 1]),
      Buffer.from([
        ...[0x08, ...varint(first * pageBytes), 0x10, ...varint(count)],
        ...[0x20, 4, 0x28, ...varint(count)],
      ]),
    ]);

  /** What node A has copied of process 7, pages 100 to 103, and its dump afterwards, pages 101 to 104. */
  function prepare(now: readonly string[]) {
    const images = join(dir, 'images');
    mkdirSync(images);
    const copy = join(dir, 'copy');
    writeFileSync(copy, Buffer.concat(['a', 'b', 'c', 'd'].map(page)));
    writeFileSync(`${copy}.index`, JSON.stringify({ 7: [{ first: 100, count: 4, offset: 0 }] }));
    writeFileSync(join(images, 'pagemap-7.img'), pagemap(101, now.length));
    writeFileSync(join(images, 'pages-1.img'), Buffer.concat(now.map(page)));
    return { images, copy, dump: readFileSync(join(images, 'pages-1.img')) };
  }

  test('are made again from a copy and what has changed, which alone is sent', async () => {
    const { images, copy, dump } = prepare(['b', 'X', 'd', 'e']);
    expect(await memory.pageImages(images)).toEqual(['pages-1.img']);
    const difference = await buffer(memory.difference(images, copy));
    expect(difference.length).toBeLessThan(2 * pageBytes + 200);
    expect([difference.includes(page('X')), difference.includes(page('b'))]).toEqual([true, false]);
    rmSync(join(images, 'pages-1.img'));
    await memory.assemble(images, copy, Readable.from([difference]));
    expect(readFileSync(join(images, 'pages-1.img')).equals(dump)).toBe(true);
  });

  test('of many blocks come out as they were, whatever has changed in them', async () => {
    const { images, copy } = prepare([]);
    const before = randomBytes(1000 * pageBytes);
    const dump = Buffer.concat([before.subarray(10 * pageBytes), randomBytes(300 * pageBytes)]);
    for (const at of [0, 255, 256, 257, 511, 700, 989])
      dump.writeUInt8(dump.readUInt8(at * pageBytes) ^ 1, at * pageBytes);
    writeFileSync(copy, before);
    writeFileSync(`${copy}.index`, JSON.stringify({ 7: [{ first: 100, count: 1000, offset: 0 }] }));
    writeFileSync(join(images, 'pagemap-7.img'), pagemap(110, dump.length / pageBytes));
    writeFileSync(join(images, 'pages-1.img'), dump);
    const difference = await buffer(memory.difference(images, copy));
    expect(difference.length).toBeLessThan(310 * pageBytes);
    rmSync(join(images, 'pages-1.img'));
    await memory.assemble(images, copy, Readable.from([difference]));
    expect(readFileSync(join(images, 'pages-1.img')).equals(dump)).toBe(true);
  });

  test('are refused when they do not come out as they were', async () => {
    const { images, copy } = prepare(['b', 'c']);
    const difference = await buffer(memory.difference(images, copy));
    writeFileSync(copy, Buffer.concat(['a', 'b', 'Y', 'd'].map(page)));
    await expect(memory.assemble(images, copy, Readable.from([difference]))).rejects.toThrow('as it was');
    const cut = difference.subarray(0, difference.length - 17);
    await expect(memory.assemble(images, copy, Readable.from([cut]))).rejects.toThrow('cut off');
  });

  test('are written nowhere but among the images', async () => {
    const { images, copy } = prepare(['b']);
    const named = await buffer(memory.difference(images, copy));
    const elsewhere = Buffer.from(named.toString('latin1').replace('pages-1.img', '../../evil.'), 'latin1');
    await expect(memory.assemble(images, copy, Readable.from([elsewhere]))).rejects.toThrow('no page image');
  });
});
