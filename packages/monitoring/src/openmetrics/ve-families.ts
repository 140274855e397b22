import type { DeviceIo, PressureStatistics } from '@insula/host';
import type { VeReading } from '../readings/reading.ts';
import { type FamilyRow, type Part, seconds } from './family-row.ts';

const byDevice =
  (counter: Exclude<keyof DeviceIo, 'device'>) =>
  (devices: readonly DeviceIo[] | null): readonly Part[] =>
    (devices ?? []).map((one) => [{ device: one.device }, one[counter]]);

export const pressureParts = (pressure: PressureStatistics | null, who: 'some' | 'full'): readonly Part[] =>
  pressure === null
    ? []
    : (['cpu', 'memory', 'io'] as const).map((resource) => [{ resource }, seconds(pressure[resource][who])]);

// biome-ignore format: reads by rows
/** Metric families of VEs. Names and units follow Prometheus' rules: base units, `_total` for counters. */
export const veFamilies: readonly FamilyRow<VeReading>[] = [
  { name: 'insula_ve', type: 'info', help: 'A running VE', of: ({ subject }) => [[{ ctid: String(subject.ctid), uuid: subject.uuid }, 1]] },
  { name: 'insula_ve_cpu_seconds', type: 'counter', unit: 'seconds', help: 'CPU time, all processors together', of: ({ group: { cpu } }) => [[{ mode: 'user' }, seconds(cpu?.user)], [{ mode: 'system' }, seconds(cpu?.system)]] },
  { name: 'insula_ve_cpu_limit_cores', type: 'gauge', unit: 'cores', help: "What cpulimit allows: processors' worth", of: ({ limits }) => limits.cpu },
  { name: 'insula_ve_cpu_periods', type: 'counter', help: 'Periods of cpulimit in which it wanted to run', of: ({ group }) => group.cpu?.periods },
  { name: 'insula_ve_cpu_throttled_periods', type: 'counter', help: 'Periods of cpulimit in which it was stopped', of: ({ group }) => group.cpu?.throttledPeriods },
  { name: 'insula_ve_cpu_throttled_seconds', type: 'counter', unit: 'seconds', help: 'Time for which it was stopped by cpulimit, all processors together', of: ({ group }) => seconds(group.cpu?.throttled) },
  { name: 'insula_ve_memory_usage_bytes', type: 'gauge', unit: 'bytes', help: 'Memory, page cache and kernel memory included', of: ({ group }) => group.memory?.current },
  { name: 'insula_ve_memory_peak_bytes', type: 'gauge', unit: 'bytes', help: 'The most memory since it was started', of: ({ group }) => group.memory?.peak },
  { name: 'insula_ve_memory_anonymous_bytes', type: 'gauge', unit: 'bytes', help: 'Memory that belongs to no file (RSS)', of: ({ group }) => group.memory?.anonymous },
  { name: 'insula_ve_memory_cache_bytes', type: 'gauge', unit: 'bytes', help: 'Page cache', of: ({ group }) => group.memory?.cache },
  { name: 'insula_ve_memory_limit_bytes', type: 'gauge', unit: 'bytes', help: 'What physpages allows', of: ({ limits }) => limits.memory },
  { name: 'insula_ve_swap_usage_bytes', type: 'gauge', unit: 'bytes', help: 'Swap', of: ({ group }) => group.memory?.swap },
  { name: 'insula_ve_oom_kills', type: 'counter', help: 'Processes killed because memory ran out', of: ({ group }) => group.memory?.oomKills },
  { name: 'insula_ve_processes', type: 'gauge', help: 'Processes and threads', of: ({ group }) => group.processes?.current },
  { name: 'insula_ve_processes_limit', type: 'gauge', help: 'What numproc allows', of: ({ limits }) => limits.processes },
  { name: 'insula_ve_processes_refused', type: 'counter', help: 'Processes and threads refused because of numproc', of: ({ group }) => group.processes?.refused },
  { name: 'insula_ve_disk_read_bytes', type: 'counter', unit: 'bytes', help: 'Read from disks', of: ({ group }) => byDevice('readBytes')(group.io) },
  { name: 'insula_ve_disk_written_bytes', type: 'counter', unit: 'bytes', help: 'Written to disks', of: ({ group }) => byDevice('writeBytes')(group.io) },
  { name: 'insula_ve_disk_reads', type: 'counter', help: 'Read operations', of: ({ group }) => byDevice('reads')(group.io) },
  { name: 'insula_ve_disk_writes', type: 'counter', help: 'Write operations', of: ({ group }) => byDevice('writes')(group.io) },
  { name: 'insula_ve_network_received_bytes', type: 'counter', unit: 'bytes', help: 'Received over its link', of: ({ link }) => link?.sentBytes },
  { name: 'insula_ve_network_sent_bytes', type: 'counter', unit: 'bytes', help: 'Sent over its link', of: ({ link }) => link?.receivedBytes },
  { name: 'insula_ve_network_received_packets', type: 'counter', help: 'Packets received over its link', of: ({ link }) => link?.sentPackets },
  { name: 'insula_ve_network_sent_packets', type: 'counter', help: 'Packets sent over its link', of: ({ link }) => link?.receivedPackets },
  { name: 'insula_ve_volume_usage_bytes', type: 'gauge', unit: 'bytes', help: 'Space that its own files take', of: ({ disk }) => disk.bytes },
  { name: 'insula_ve_volume_limit_bytes', type: 'gauge', unit: 'bytes', help: 'What diskspace allows', of: ({ disk }) => disk.limitBytes },
  { name: 'insula_ve_volume_inodes', type: 'gauge', help: 'Files and folders of its own', of: ({ disk }) => disk.inodes },
  { name: 'insula_ve_pressure_waiting_seconds', type: 'counter', unit: 'seconds', help: 'Time in which some task waited for a resource', of: ({ group }) => pressureParts(group.pressure, 'some') },
  { name: 'insula_ve_pressure_stalled_seconds', type: 'counter', unit: 'seconds', help: 'Time in which all tasks waited for a resource', of: ({ group }) => pressureParts(group.pressure, 'full') },
];
