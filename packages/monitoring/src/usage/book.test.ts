import type { DeviceIo } from '@insula/host';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nothingUsed, sumOf, type UsageAmounts } from './amounts.ts';
import {
  emptyBook,
  entered,
  enteredDisk,
  enteredTraffic,
  type UsageBook,
  type UsageReading,
} from './book.ts';

/** A kernel, a daemon and a disk in the simplest terms: what is used, what is seen, what is kept. */
type Deed =
  | { readonly kind: 'use'; readonly cpu: number; readonly bytes: number; readonly device: number }
  | { readonly kind: 'look' | 'keep' | 'kill' | 'restart' | 'reboot' | 'unplug' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      cpu: fc.nat(1e6),
      bytes: fc.nat(1e6),
      device: fc.nat(2),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'keep' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('kill' as const, 'restart' as const, 'reboot' as const, 'unplug' as const),
    }),
  },
);

interface State {
  readonly book: UsageBook;
  readonly amounts: UsageAmounts;
}

test('every counted thing is counted once, over restarts of VE, daemon and node', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
      const io = new Map<string, DeviceIo>();
      let [cpu, epoch, clock, now] = [0, 0, 0, 0];
      let used = { cpu: 0, bytes: 0 };
      let kept: State = { book: emptyBook, amounts: nothingUsed };
      let held = kept;
      const look = () => {
        const reading: UsageReading = {
          at: now,
          elapsed: now,
          clock: String(clock),
          epoch: String(epoch),
          cpu,
          io: [...io.values()],
          memory: 0,
        };
        const { book, gained } = entered(held.book, reading);
        held = { book, amounts: sumOf(held.amounts, gained) };
      };
      const keep = () => {
        kept = held;
      };
      for (const one of deeds) {
        now += 1000;
        const before = held.amounts;
        if (one.kind === 'use') {
          const device = `8:${one.device}`;
          const row = io.get(device) ?? { device, readBytes: 0, writeBytes: 0, reads: 0, writes: 0 };
          io.set(device, { ...row, readBytes: row.readBytes + one.bytes });
          cpu += one.cpu;
          used = { cpu: used.cpu + one.cpu, bytes: used.bytes + one.bytes };
        }
        if (one.kind === 'look') look();
        if (one.kind === 'keep') keep();
        // the daemon dies: what it held is gone, what the kernel counts goes on
        if (one.kind === 'kill') {
          held = kept;
          clock += 1;
          continue;
        }
        // counters go only after a last look, which is kept
        if (one.kind === 'restart' || one.kind === 'reboot') {
          look();
          keep();
          io.clear();
          cpu = 0;
          epoch += 1;
        }
        if (one.kind === 'unplug') {
          // what a device counted since the last keep goes with it if the daemon dies then: nobody announces that it is pulled
          look();
          keep();
          io.delete('8:0');
          // one that comes again before anybody has looked would be taken for the old one
          look();
        }
        expect(held.amounts.cpu).toBeGreaterThanOrEqual(before.cpu);
        expect(held.amounts.readBytes).toBeGreaterThanOrEqual(before.readBytes);
      }
      look();
      expect(held.amounts.cpu).toBe(used.cpu);
      expect(held.amounts.readBytes).toBe(used.bytes);
    }),
  );
});

const reading = (seconds: number, change: Partial<UsageReading> = {}): UsageReading => ({
  at: seconds * 1000,
  elapsed: seconds * 1000,
  clock: 'a',
  epoch: '1',
  cpu: 0,
  io: [],
  memory: 100,
  ...change,
});

test('memory is counted for as long as the VE runs, whoever watches', () => {
  let { book } = entered(emptyBook, reading(0));
  const first = entered(book, reading(10, { memory: 300 }));
  expect(first.gained).toMatchObject({ running: 10, memory: 2000 });
  // the next daemon has another clock
  const other = reading(70, { clock: 'b', elapsed: 5, memory: 300 });
  expect(entered(first.book, other).gained).toMatchObject({ running: 60, memory: 18_000 });
  // nobody knows what was between two runs
  ({ book } = first);
  expect(entered(book, reading(500, { epoch: '2' })).gained).toMatchObject({ running: 0, memory: 0 });
  // a time of day that is set back takes nothing away
  expect(entered(book, reading(1, { clock: 'b', at: 0 })).gained).toMatchObject({ running: 0, memory: 0 });
});

test('disk space is counted while the VE is down, too', () => {
  const { book } = enteredDisk(emptyBook, { at: 0, bytes: 100 });
  expect(enteredDisk(book, { at: 3_600_000, bytes: 100 }).gained.disk).toBe(360_000);
  expect(enteredDisk(book, { at: 3_600_000, bytes: 300 }).gained.disk).toBe(720_000);
});

test('traffic is that of the ledger, from what it said last', () => {
  const totals = (bytes: number) => ({ 1: { inBytes: bytes, inPackets: 1, outBytes: 0, outPackets: 0 } });
  const first = enteredTraffic(emptyBook, totals(100));
  const second = enteredTraffic(first.book, totals(150));
  expect(sumOf(sumOf(nothingUsed, first.gained), second.gained).traffic['1']).toEqual({
    inBytes: 150,
    inPackets: 1,
    outBytes: 0,
    outPackets: 0,
  });
});
