import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { paced, transferText } from './paced.ts';

const clock = () => {
  let time = 0;
  return {
    now: () => time,
    sleep: async (milliseconds: number) => {
      time += milliseconds;
    },
  };
};

test('a stream takes the time that its bandwidth allows, and is what it was', async () => {
  const time = clock();
  const chunks = Array.from({ length: 10 }, (_none, index) => Buffer.alloc(1000, index));
  const seen: number[] = [];
  const stream = paced(Readable.from(chunks), {
    ...time,
    bandwidth: 2000,
    passed: (bytes) => seen.push(bytes),
  });
  expect(await buffer(stream)).toEqual(Buffer.concat(chunks));
  expect(time.now()).toBe(5000);
  expect(seen.at(-1)).toBe(10_000);
});

test('a stream that breaks off is not taken for one that ended', async () => {
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('a');
      throw new Error('cut off');
    })(),
  );
  await expect(buffer(paced(broken, clock()))).rejects.toThrow('cut off');
});

test('the time that is left is told once there is something to go by', () => {
  const mebibyte = 1_048_576;
  expect(transferText(0, 100 * mebibyte, 50)).toBe('0 of 100 MiB');
  expect(transferText(25 * mebibyte, 100 * mebibyte, 5000)).toBe('25 of 100 MiB, 15 s left');
});
