import { fault } from '@insula/contract';
import { expect, test } from 'vitest';
import { Arrivals } from './arrivals.ts';

test('what waits for the place of an arrival goes on when it is there, and not when it never will be', async () => {
  const arrivals = new Arrivals();
  const waiting = (id: string) =>
    Promise.race([arrivals.find(id).placed.promise.then(() => 'there'), Promise.resolve('not yet')]);
  arrivals.open('a', 'uuid', 'peer');
  expect(await waiting('a')).toBe('not yet');
  arrivals.open('a', 'uuid', 'peer').placed.resolve();
  await expect(arrivals.find('a').placed.promise).resolves.toBeUndefined();
  const { placed } = arrivals.open('b', 'uuid', 'peer');
  arrivals.close('b', fault('migration_ended', { migration: 'b' }));
  await expect(placed.promise).rejects.toMatchObject({ code: 'migration_ended' });
  expect(() => arrivals.find('b')).toThrow('no migration b');
});
