import type { NodeReading } from '../readings/reading.ts';
import { type FamilyRow, type Part, seconds } from './family-row.ts';
import { pressureParts } from './ve-families.ts';

/** What is said of the node beside its statistics. */
export interface NodeSubject {
  readonly reading: NodeReading;
  readonly version: string;
  /** Number of VEs by state. */
  readonly ves: Readonly<Record<string, number>>;
}

const byMode = ({ reading }: NodeSubject): readonly Part[] =>
  Object.entries(reading.statistics.cpu).map(([mode, time]) => [{ mode }, seconds(time)]);

const byDisk =
  (counter: 'readBytes' | 'writeBytes' | 'reads' | 'writes') =>
  ({ reading }: NodeSubject): readonly Part[] =>
    reading.statistics.disks.map((disk) => [{ device: disk.device }, disk[counter]]);

// biome-ignore format: reads by rows
/** Metric families of the node. */
export const nodeFamilies: readonly FamilyRow<NodeSubject>[] = [
  { name: 'insula_node', type: 'info', help: 'The node', of: ({ version }) => [[{ version }, 1]] },
  { name: 'insula_node_sample_timestamp_seconds', type: 'gauge', unit: 'seconds', help: 'When everything here was measured', of: ({ reading }) => reading.at / 1000 },
  { name: 'insula_node_ves', type: 'gauge', help: 'VEs by state', of: ({ ves }) => Object.entries(ves).map(([state, count]) => [{ state }, count]) },
  { name: 'insula_node_processors', type: 'gauge', help: 'Processors', of: ({ reading }) => reading.statistics.processors },
  { name: 'insula_node_cpu_seconds', type: 'counter', unit: 'seconds', help: 'CPU time of all processors', of: byMode },
  { name: 'insula_node_load1', type: 'gauge', help: 'Load average of a minute', of: ({ reading }) => reading.statistics.load[0] },
  { name: 'insula_node_load5', type: 'gauge', help: 'Load average of five minutes', of: ({ reading }) => reading.statistics.load[1] },
  { name: 'insula_node_load15', type: 'gauge', help: 'Load average of fifteen minutes', of: ({ reading }) => reading.statistics.load[2] },
  { name: 'insula_node_memory_bytes', type: 'gauge', unit: 'bytes', help: 'Memory', of: ({ reading }) => reading.statistics.memory.total },
  { name: 'insula_node_memory_available_bytes', type: 'gauge', unit: 'bytes', help: 'Memory that new work could have', of: ({ reading }) => reading.statistics.memory.available },
  { name: 'insula_node_memory_cache_bytes', type: 'gauge', unit: 'bytes', help: 'Page cache', of: ({ reading }) => reading.statistics.memory.cache },
  { name: 'insula_node_swap_bytes', type: 'gauge', unit: 'bytes', help: 'Swap', of: ({ reading }) => reading.statistics.memory.swapTotal },
  { name: 'insula_node_swap_free_bytes', type: 'gauge', unit: 'bytes', help: 'Swap that is free', of: ({ reading }) => reading.statistics.memory.swapFree },
  { name: 'insula_node_processes', type: 'gauge', help: 'Processes and threads', of: ({ reading }) => reading.statistics.processes },
  { name: 'insula_node_disk_read_bytes', type: 'counter', unit: 'bytes', help: 'Read from disks', of: byDisk('readBytes') },
  { name: 'insula_node_disk_written_bytes', type: 'counter', unit: 'bytes', help: 'Written to disks', of: byDisk('writeBytes') },
  { name: 'insula_node_disk_reads', type: 'counter', help: 'Read operations', of: byDisk('reads') },
  { name: 'insula_node_disk_writes', type: 'counter', help: 'Write operations', of: byDisk('writes') },
  { name: 'insula_node_pool_bytes', type: 'gauge', unit: 'bytes', help: 'Size of the file system that holds the pool', of: ({ reading }) => reading.pool.total },
  { name: 'insula_node_pool_available_bytes', type: 'gauge', unit: 'bytes', help: 'What of it is free', of: ({ reading }) => reading.pool.available },
  { name: 'insula_node_pressure_waiting_seconds', type: 'counter', unit: 'seconds', help: 'Time in which some task waited for a resource', of: ({ reading }) => pressureParts(reading.statistics.pressure, 'some') },
  { name: 'insula_node_pressure_stalled_seconds', type: 'counter', unit: 'seconds', help: 'Time in which all tasks waited for a resource', of: ({ reading }) => pressureParts(reading.statistics.pressure, 'full') },
];
