import type { DeviceIo, Pressure } from './statistics.ts';

/** Values of a flat keyed file, such as cpu.stat: a key, a space and a number on each line. */
export const parseKeyed = (text: string): ReadonlyMap<string, number> => {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) values.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return values;
};

const someTotal = /^some .*total=(\d+)/m;
const fullTotal = /^full .*total=(\d+)/m;

/** Total times of a pressure file in microseconds (Documentation/accounting/psi.rst). Before Linux 5.13 CPU has no `full`. */
export const parsePressure = (text: string): Pressure => ({
  some: Number(someTotal.exec(text)?.[1] ?? 0),
  full: Number(fullTotal.exec(text)?.[1] ?? 0),
});

/** io.stat of cgroup v2: `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6` (cgroup-v2.rst, "IO Interface Files"). */
export const parseIoStat = (text: string): readonly DeviceIo[] =>
  text.split('\n').flatMap((line) => {
    const [device = '', ...pairs] = line.split(' ');
    if (!/^\d+:\d+$/.test(device)) return [];
    const values = new Map(pairs.map((pair) => pair.split('=') as [string, string]));
    const value = (key: string): number => Number(values.get(key) ?? 0);
    return [
      {
        device,
        readBytes: value('rbytes'),
        writeBytes: value('wbytes'),
        reads: value('rios'),
        writes: value('wios'),
      },
    ];
  });

/**
 * blkio.throttle.io_service_bytes and io_serviced of cgroup v1: `8:0 Read 1`, `8:0 Write 2`, … and a total
 * (cgroup-v1/blkio-controller.rst).
 */
export const parseBlkio = (bytes: string, operations: string): readonly DeviceIo[] => {
  const devices = new Map<string, { -readonly [key in keyof DeviceIo]: DeviceIo[key] }>();
  const enter = (text: string, read: 'readBytes' | 'reads', write: 'writeBytes' | 'writes'): void => {
    for (const line of text.split('\n')) {
      const [device = '', kind, value] = line.split(' ');
      if (value === undefined || (kind !== 'Read' && kind !== 'Write')) continue;
      const row = devices.get(device) ?? { device, readBytes: 0, writeBytes: 0, reads: 0, writes: 0 };
      row[kind === 'Read' ? read : write] = Number(value);
      devices.set(device, row);
    }
  };
  enter(bytes, 'readBytes', 'writeBytes');
  enter(operations, 'reads', 'writes');
  return [...devices.values()];
};

/** A limit file of either version: `max`, and what v1 has instead of it, the largest multiple of a page, are no limit. */
export const parseLimit = (text: string): number | null => {
  const value = Number(text);
  return text === '' || text === 'max' || value < 0 || value >= Number.MAX_SAFE_INTEGER ? null : value;
};
