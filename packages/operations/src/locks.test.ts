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
