import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  parseDiskstats,
  parseLoadavg,
  parseMeminfo,
  parseNetDev,
  parseOomVictim,
  parseProcStat,
} from './parse-node.ts';

test('CPU time is that of all processors, in microseconds', () => {
  const text = 'cpu  100 10 50 1000 5 2 3 7 0 0\ncpu0 1 2 3 4\ncpu1 1 2 3 4\nintr 5\n';
  expect(parseProcStat(text)).toEqual({
    processors: 2,
    cpu: { user: 1_100_000, system: 550_000, idle: 10_000_000, wait: 50_000 },
  });
});

test('memory is in bytes', () => {
  const text = 'MemTotal:  1000 kB\nMemAvailable: 600 kB\nBuffers: 1 kB\nCached: 2 kB\nSwapCached: 9 kB\n';
  expect(parseMeminfo(text)).toEqual({
    total: 1_024_000,
    available: 614_400,
    cache: 3072,
    swapTotal: 0,
    swapFree: 0,
  });
});

test('load and tasks', () => {
  expect(parseLoadavg('0.50 0.25 0.10 2/345 6789\n')).toEqual({ load: [0.5, 0.25, 0.1], processes: 345 });
});

test('disks count once: neither partitions nor what lies upon them', () => {
  const line = (name: string) => `   8       0 ${name} 10 0 20 0 30 0 40 0 0 0 0\n`;
  const names = ['sda', 'sda1', 'nvme0n1', 'nvme0n1p1', 'vdb', 'loop0', 'dm-0', 'md127', 'mmcblk0', 'zram0'];
  const disks = parseDiskstats(names.map(line).join(''));
  expect(disks).toHaveLength(4);
  expect(disks[0]).toEqual({ device: '8:0', readBytes: 10_240, writeBytes: 20_480, reads: 10, writes: 30 });
});

test('network devices are found by name, also where no space follows the colon', () => {
  const text =
    'Inter-|   Receive  |  Transmit\n face |bytes packets\n    lo: 1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\nins101:123456789 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0\n';
  const links = parseNetDev(text);
  expect([...links.keys()]).toEqual(['lo', 'ins101']);
  expect(links.get('ins101')).toEqual({
    receivedBytes: 123_456_789,
    receivedPackets: 2,
    sentBytes: 3,
    sentPackets: 4,
  });
});

test('who was killed for memory is found whatever it calls itself', () => {
  const record = (command: string) =>
    `6,731,51178,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/insula/ve/101,task_memcg=/insula/ve/101/payload,task=${command},pid=3150,uid=-1085800448\n SUBSYSTEM=x\n`;
  fc.assert(
    fc.property(fc.stringMatching(/^[ -~]{1,15}$/), (command) => {
      expect(parseOomVictim(record(command))).toEqual({ group: 'insula/ve/101', command, pid: 3150 });
    }),
  );
  expect(parseOomVictim(record('evil,pid=1,uid=0'))).toEqual({
    group: 'insula/ve/101',
    command: 'evil,pid=1,uid=0',
    pid: 3150,
  });
  expect(parseOomVictim('4,1,2,-;tail invoked oom-killer: gfp_mask=0xcc0\n')).toBeNull();
});
