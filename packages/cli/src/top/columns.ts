import type { Reading, VeProcess } from '@insula/contract';
import { byteText } from '../output/cells.ts';

type Ve = Reading['ves'][number];

/** A process with what it used since the look before. */
export interface ProcessRow extends VeProcess {
  /** Processors' worth; null at the first look. */
  readonly cores: number | null;
}

/** A column of the live view: what is shown, and what it is sorted by. */
export interface TopColumn<Row> {
  readonly key: string;
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
  /** The letter that sorts by it. */
  readonly letter?: string;
  readonly text: (row: Row) => string;
  readonly value: (row: Row) => number | string;
}

const percent = (value: number | null) => (value === null ? '-' : (value * 100).toFixed(1));
const bytes = (value: number | null) => (value === null ? '-' : byteText(value));
const count = (value: number | null) => (value === null ? '-' : String(value));
/** What nobody knows comes last. */
const known = (value: number | null) => value ?? -1;
const both = (a: number | null, b: number | null) => (a === null && b === null ? null : (a ?? 0) + (b ?? 0));

// biome-ignore format: reads by rows
export const veColumns: readonly TopColumn<Ve>[] = [
  { key: 'ctid', title: 'CTID', width: 6, align: 'right', letter: 'i', text: (ve) => String(ve.ctid), value: (ve) => ve.ctid },
  { key: 'name', title: 'NAME', width: 20, align: 'left', letter: 'N', text: (ve) => ve.name, value: (ve) => ve.name },
  { key: 'cpu', title: 'CPU%', width: 7, align: 'right', letter: 'c', text: ({ values }) => percent(values.cpu), value: ({ values }) => known(values.cpu) },
  { key: 'memory', title: 'MEMORY', width: 7, align: 'right', letter: 'm', text: ({ values }) => bytes(values.memory), value: ({ values }) => known(values.memory) },
  { key: 'memoryShare', title: 'MEM%', width: 6, align: 'right', letter: 'M', text: ({ values }) => percent(values.memoryShare), value: ({ values }) => known(values.memoryShare) },
  { key: 'processes', title: 'PROC', width: 6, align: 'right', letter: 'p', text: ({ values }) => count(values.processes), value: ({ values }) => known(values.processes) },
  { key: 'disk', title: 'DISK/s', width: 8, align: 'right', letter: 'd', text: ({ values }) => bytes(both(values.readBytes, values.writeBytes)), value: ({ values }) => known(both(values.readBytes, values.writeBytes)) },
  { key: 'in', title: 'IN/s', width: 8, align: 'right', letter: 'n', text: ({ values }) => bytes(values.inBytes), value: ({ values }) => known(both(values.inBytes, values.outBytes)) },
  { key: 'out', title: 'OUT/s', width: 8, align: 'right', text: ({ values }) => bytes(values.outBytes), value: ({ values }) => known(values.outBytes) },
  { key: 'pressure', title: 'WAIT%', width: 6, align: 'right', letter: 'w', text: ({ values }) => percent(mostPressure(values)), value: ({ values }) => known(mostPressure(values)) },
];

/** What it waits for most. */
function mostPressure({ cpuPressure, memoryPressure, ioPressure }: Ve['values']): number | null {
  const all = [cpuPressure, memoryPressure, ioPressure].filter((value) => value !== null);
  return all.length === 0 ? null : Math.max(...all);
}

// biome-ignore format: reads by rows
export const processColumns: readonly TopColumn<ProcessRow>[] = [
  { key: 'pid', title: 'PID', width: 7, align: 'right', letter: 'i', text: ({ pid }) => String(pid), value: ({ pid }) => pid },
  { key: 'user', title: 'USER', width: 12, align: 'left', letter: 'u', text: ({ user }) => user, value: ({ user }) => user },
  { key: 'cpu', title: 'CPU%', width: 7, align: 'right', letter: 'c', text: ({ cores }) => percent(cores), value: ({ cores }) => known(cores) },
  { key: 'memory', title: 'MEMORY', width: 7, align: 'right', letter: 'm', text: ({ memoryBytes }) => bytes(memoryBytes), value: ({ memoryBytes }) => memoryBytes },
  { key: 'threads', title: 'THR', width: 5, align: 'right', letter: 'p', text: ({ threads }) => String(threads), value: ({ threads }) => threads },
  { key: 'state', title: 'S', width: 1, align: 'left', text: ({ state }) => state, value: ({ state }) => state },
  { key: 'time', title: 'CPU TIME', width: 9, align: 'right', letter: 't', text: ({ cpuSeconds }) => cpuSeconds.toFixed(2), value: ({ cpuSeconds }) => cpuSeconds },
  { key: 'command', title: 'COMMAND', width: 1000, align: 'left', letter: 'C', text: ({ command }) => command, value: ({ command }) => command },
];
