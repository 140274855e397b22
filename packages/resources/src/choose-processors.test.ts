import { numbersOf } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseProcessors } from './choose-processors.ts';

const online = [0, 1, 2, 3, 4, 5, 6, 7];

test('a VE gets as many processors as it may have, all of its mask', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.nat(10_000),
      fc.constantFrom('all', '0-3', '1,5,7'),
      (count, seed, mask) => {
        const allowed = mask === 'all' ? online : numbersOf(mask);
        const chosen = chooseProcessors({ online, mask, count, seed });
        expect(chosen).toHaveLength(Math.min(count, allowed.length));
        expect(new Set(chosen).size).toBe(chosen.length);
        for (const processor of chosen) expect(allowed).toContain(processor);
      },
    ),
  );
});

test('VEs of one size load all processors alike', () => {
  for (const count of [1, 2, 3, 5]) {
    const load = new Map(online.map((processor) => [processor, 0]));
    for (let seed = 101; seed < 101 + 80; seed += 1)
      for (const processor of chooseProcessors({ online, mask: 'all', count, seed }))
        load.set(processor, (load.get(processor) ?? 0) + 1);
    expect(new Set(load.values())).toEqual(new Set([10 * count]));
  }
});
