import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Locks } from './locks.ts';

const never = new AbortController().signal;

test('a key is held by one owner at a time', () => {
  const locks = new Locks();
  expect(locks.tryAcquire('a', ['x', 'y'])).toBe(true);
  expect(locks.tryAcquire('b', ['y', 'z'])).toBe(false);
  expect(locks.holder(['z'])).toBeUndefined();
  locks.release('a');
  expect(locks.tryAcquire('b', ['y', 'z'])).toBe(true);
});

test('those who wait are served in the order in which they came', async () => {
  const locks = new Locks();
  locks.tryAcquire('first', ['x']);
  const order: string[] = [];
  const second = locks.acquire('second', ['x'], never).then(() => order.push('second'));
  const third = locks.acquire('third', ['x'], never).then(() => order.push('third'));
  locks.release('first');
  await second;
  expect(order).toEqual(['second']);
  locks.release('second');
  await third;
  expect(order).toEqual(['second', 'third']);
});

test('nobody overtakes one who waits for several keys', async () => {
  const locks = new Locks();
  locks.tryAcquire('first', ['x']);
  const both = locks.acquire('both', ['x', 'y'], never);
  expect(locks.tryAcquire('late', ['y'])).toBe(false);
  locks.release('first');
  await both;
  expect(locks.holder(['y'])).toBe('both');
});

test('one who gives up waiting lets the others pass', async () => {
  const locks = new Locks();
  locks.tryAcquire('first', ['x']);
  const abort = new AbortController();
  const quitter = locks.acquire('quitter', ['x', 'y'], abort.signal);
  const patient = locks.acquire('patient', ['y'], never);
  abort.abort(new Error('enough'));
  await expect(quitter).rejects.toThrow('enough');
  await patient;
  expect(locks.holder(['y'])).toBe('patient');
});

test('whoever comes, goes and gives up, no key has two owners, nobody is overtaken, and in the end all were served', async () => {
  const keys = fc.subarray(['x', 'y', 'z'], { minLength: 1 });
  const claim = fc.record({ keys, givesUp: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(claim, { maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      async (claims, choices) => {
        const locks = new Locks();
        const holding = new Map<string, readonly string[]>();
        const served: number[] = [];
        const abort = new AbortController();
        const waits = claims.map(async ({ keys: wanted, givesUp }, index) => {
          await locks.acquire(String(index), wanted, givesUp ? abort.signal : never);
          for (const held of holding.values()) expect(held.filter((key) => wanted.includes(key))).toEqual([]);
          holding.set(String(index), wanted);
          served.push(index);
        });
        const ended = Promise.allSettled(waits);
        const turn = async () => await new Promise((resolve) => setImmediate(resolve));
        await turn();
        abort.abort(new Error('enough'));
        for (;;) {
          await turn();
          const owners = [...holding.keys()];
          if (owners.length === 0) break;
          const owner = owners[choices.next().value % owners.length] ?? '';
          holding.delete(owner);
          locks.release(owner);
        }
        const outcomes = await ended;
        for (const [index, { status }] of outcomes.entries()) {
          const wasServed = served.includes(index);
          expect(status).toBe(wasServed ? 'fulfilled' : 'rejected');
          if (!claims[index]?.givesUp) expect(wasServed).toBe(true);
        }
        for (const [position, index] of served.entries()) {
          for (const earlier of served.slice(position + 1).filter((other) => other < index))
            expect(claims[earlier]?.keys.filter((key) => claims[index]?.keys.includes(key))).toEqual([]);
        }
        expect(locks.holder(['x', 'y', 'z'])).toBeUndefined();
      },
    ),
    { numRuns: 50 },
  );
});
