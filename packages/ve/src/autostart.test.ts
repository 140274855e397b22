import fc from 'fast-check';
import { expect, test } from 'vitest';
import { autostartOrder } from './autostart.ts';
import { fakeSpec } from './fake-spec.ts';
import { neverStarted } from './runtime.ts';

const entry = fc
  .record({
    number: fc.integer({ min: 1, max: 50 }),
    onboot: fc.constantFrom('yes' as const, 'no', 'auto'),
    bootorder: fc.nat(3),
    wanted: fc.constantFrom('running' as const, 'stopped'),
    init: fc.constantFrom(null, { pid: 7, startTime: 1 }),
  })
  .map(({ number, onboot, bootorder, wanted, init }) => ({
    spec: fakeSpec(number, { onboot, bootorder }),
    runtime: { ...neverStarted, wanted, init },
  }));
const entries = fc.uniqueArray(entry, { selector: ({ spec }) => spec.uuid, maxLength: 20 });

test('a node starts those that are down and are always wanted, or ran when it went down', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const started = new Set(autostartOrder(all));
      for (const one of all) {
        const { onboot } = one.spec;
        const isWanted = onboot === 'yes' || (onboot === 'auto' && one.runtime.wanted === 'running');
        expect(started.has(one)).toBe(isWanted && one.runtime.init === null);
      }
    }),
  );
});

test('higher boot orders come first, then lower CTIDs', () => {
  fc.assert(
    fc.property(entries, (all) => {
      const order = autostartOrder(all).map(({ spec }) => [-spec.bootorder, spec.ctid] as const);
      expect(order).toEqual(order.toSorted(([a, b], [c, d]) => a - c || b - d));
    }),
  );
});
