import { expect, test } from 'vitest';
import { fakeGroup, fakeReading } from './fake-reading.ts';
import { ioGrowth } from './rates.ts';
import { veValues } from './ve-values.ts';

const cpu = { usage: 0, user: 0, system: 0, periods: 0, throttledPeriods: 0, throttled: 0 };
const io = { device: '8:0', readBytes: 0, writeBytes: 0, reads: 0, writes: 0 };

test('rates are averages of the time between two looks', () => {
  const before = fakeReading({ group: fakeGroup({ io: [io] }) });
  const now = fakeReading({
    elapsed: 10_000,
    group: fakeGroup({
      cpu: { ...cpu, usage: 15_000_000, periods: 100, throttledPeriods: 25 },
      io: [{ ...io, readBytes: 1000, writes: 20 }],
      memory: { current: 50, peak: null, anonymous: 20, cache: 30, swap: 0, oomKills: 2 },
    }),
    link: { receivedBytes: 300, receivedPackets: 3, sentBytes: 500, sentPackets: 5 },
    limits: { cpu: 3, memory: 100, processes: 40 },
  });
  expect(veValues(before, now)).toMatchObject({
    cpu: 1.5,
    cpuShare: 0.5,
    throttled: 0.25,
    memoryShare: 0.2,
    processesShare: 0.25,
    readBytes: 100,
    writes: 2,
    inBytes: 50,
    outBytes: 30,
    oomKills: 0.2,
    diskShare: null,
    cpuPressure: null,
  });
});

test('a first look, and one after a start, knows amounts but no rates', () => {
  const values = veValues(null, fakeReading());
  expect(values).toMatchObject({ cpu: null, memory: 2 ** 20, inBytes: null, oomKills: null });
  const after = fakeReading({
    elapsed: 1000,
    group: fakeGroup({ generation: '2', cpu: { ...cpu, usage: 5_000_000 } }),
  });
  expect(veValues(fakeReading(), after).cpu).toBeNull();
});

test('a device that goes takes nothing away, and one that comes again is counted anew', () => {
  const disk = (device: string, readBytes: number) => ({ ...io, device, readBytes });
  expect(ioGrowth([disk('8:0', 100), disk('7:0', 50)], [disk('8:0', 130)], 'readBytes')).toBe(30);
  expect(ioGrowth([disk('7:0', 50)], [disk('7:0', 20)], 'readBytes')).toBe(20);
  expect(ioGrowth([], [disk('7:1', 20)], 'readBytes')).toBe(20);
});
