/** One thing that is measured. Rates are averages since the sample before; ratios go from 0 to 1. */
export interface MetricRow {
  readonly name: string;
  readonly unit: 'cores' | 'ratio' | 'bytes' | 'bytes/s' | 'count' | '1/s';
  readonly text: string;
}

// biome-ignore format: reads by rows
/** What is measured of every running VE. Samples, history, alert rules and `insula top` go by these names; new ones are added at the end. */
export const veMetrics = [
  { name: 'cpu', unit: 'cores', text: "CPU time: processors' worth" },
  { name: 'throttled', unit: 'ratio', text: 'Share of the periods in which it was stopped because its cpulimit was used up' },
  { name: 'memory', unit: 'bytes', text: 'Memory, page cache and kernel memory included' },
  { name: 'anonymous', unit: 'bytes', text: 'Memory that belongs to no file (RSS)' },
  { name: 'cache', unit: 'bytes', text: 'Page cache, without files in memory' },
  { name: 'swap', unit: 'bytes', text: 'Swap' },
  { name: 'processes', unit: 'count', text: 'Processes and threads' },
  { name: 'readBytes', unit: 'bytes/s', text: 'Read from disks' },
  { name: 'writeBytes', unit: 'bytes/s', text: 'Written to disks' },
  { name: 'reads', unit: '1/s', text: 'Read operations' },
  { name: 'writes', unit: '1/s', text: 'Write operations' },
  { name: 'inBytes', unit: 'bytes/s', text: 'Received from the network' },
  { name: 'outBytes', unit: 'bytes/s', text: 'Sent to the network' },
  { name: 'inPackets', unit: '1/s', text: 'Packets received' },
  { name: 'outPackets', unit: '1/s', text: 'Packets sent' },
  { name: 'disk', unit: 'bytes', text: 'Space that its own files take; layouts subvolume and image' },
  { name: 'inodes', unit: 'count', text: 'Files and folders; layout image' },
  { name: 'cpuPressure', unit: 'ratio', text: 'Share of the time in which some task waited for a processor' },
  { name: 'memoryPressure', unit: 'ratio', text: 'Share of the time in which some task waited for memory' },
  { name: 'ioPressure', unit: 'ratio', text: 'Share of the time in which some task waited for a disk' },
  { name: 'memoryStall', unit: 'ratio', text: 'Share of the time in which all tasks waited for memory' },
  { name: 'ioStall', unit: 'ratio', text: 'Share of the time in which all tasks waited for disks' },
  { name: 'cpuShare', unit: 'ratio', text: 'CPU time, of what cpulimit allows' },
  { name: 'memoryShare', unit: 'ratio', text: 'Memory without page cache, of what physpages allows' },
  { name: 'processesShare', unit: 'ratio', text: 'Processes and threads, of what numproc allows' },
  { name: 'diskShare', unit: 'ratio', text: 'Space, of what diskspace allows' },
  { name: 'oomKills', unit: '1/s', text: 'Processes killed because memory ran out' },
  { name: 'refusedProcesses', unit: '1/s', text: 'Processes and threads refused because of numproc' },
] as const satisfies readonly MetricRow[];

// biome-ignore format: reads by rows
/** What is measured of the node. */
export const nodeMetrics = [
  { name: 'cpu', unit: 'cores', text: "CPU time of everything: processors' worth" },
  { name: 'cpuShare', unit: 'ratio', text: 'CPU time, of all processors' },
  { name: 'waitShare', unit: 'ratio', text: 'Time in which processors were idle for want of a disk' },
  { name: 'load', unit: 'count', text: 'Load average of the last minute' },
  { name: 'memory', unit: 'bytes', text: 'Memory that is not available to new work' },
  { name: 'memoryShare', unit: 'ratio', text: 'Memory that is not available, of all' },
  { name: 'cache', unit: 'bytes', text: 'Page cache' },
  { name: 'swap', unit: 'bytes', text: 'Swap in use' },
  { name: 'processes', unit: 'count', text: 'Processes and threads' },
  { name: 'readBytes', unit: 'bytes/s', text: 'Read from disks' },
  { name: 'writeBytes', unit: 'bytes/s', text: 'Written to disks' },
  { name: 'reads', unit: '1/s', text: 'Read operations' },
  { name: 'writes', unit: '1/s', text: 'Write operations' },
  { name: 'pool', unit: 'bytes', text: 'Space of the pool in use' },
  { name: 'poolShare', unit: 'ratio', text: 'Space of the pool in use, of all' },
  { name: 'cpuPressure', unit: 'ratio', text: 'Share of the time in which some task waited for a processor' },
  { name: 'memoryPressure', unit: 'ratio', text: 'Share of the time in which some task waited for memory' },
  { name: 'ioPressure', unit: 'ratio', text: 'Share of the time in which some task waited for a disk' },
  { name: 'memoryStall', unit: 'ratio', text: 'Share of the time in which all tasks waited for memory' },
  { name: 'ioStall', unit: 'ratio', text: 'Share of the time in which all tasks waited for disks' },
  { name: 'runningVes', unit: 'count', text: 'VEs that run' },
  { name: 'inBytes', unit: 'bytes/s', text: 'Received by VEs from the network' },
  { name: 'outBytes', unit: 'bytes/s', text: 'Sent by VEs to the network' },
] as const satisfies readonly MetricRow[];

export type VeMetric = (typeof veMetrics)[number]['name'];
export type NodeMetric = (typeof nodeMetrics)[number]['name'];

/** Values by the name of their metric; null where this host cannot tell, or there is no limit to compare with. */
export type VeValues = { readonly [name in VeMetric]: number | null };
export type NodeValues = { readonly [name in NodeMetric]: number | null };
