import type { GroupStatistics } from '@insula/host';
import type { Subject, VeReading } from './reading.ts';

export const fakeSubject: Subject = {
  uuid: 'u1',
  ctid: 101,
  name: 'web1',
  groups: ['web'],
  paths: { outer: 'insula/ve/101', payload: 'insula/ve/101/payload' },
  link: 'ins101',
};

/** Statistics of a group, for tests. */
export function fakeGroup(change: Partial<GroupStatistics> = {}): GroupStatistics {
  return {
    generation: '1',
    cpu: { usage: 0, user: 0, system: 0, periods: 0, throttledPeriods: 0, throttled: 0 },
    memory: { current: 2 ** 20, peak: 2 ** 21, anonymous: 2 ** 19, cache: 2 ** 19, swap: 0, oomKills: 0 },
    processes: { current: 10, refused: 0 },
    io: [],
    pressure: null,
    ...change,
  };
}

/** A look at a VE, for tests. */
export function fakeReading(change: Partial<VeReading> = {}): VeReading {
  return {
    at: 0,
    elapsed: 0,
    subject: fakeSubject,
    group: fakeGroup(),
    link: { receivedBytes: 0, receivedPackets: 0, sentBytes: 0, sentPackets: 0 },
    limits: { cpu: null, memory: null, processes: null },
    disk: { bytes: null, inodes: null, limitBytes: null },
    ...change,
  };
}
