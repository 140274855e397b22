import type { CgroupControl, ParameterRow } from '@insula/contract';
import type { CgroupHierarchies } from '@insula/host';
import { controlsOf } from './compile-limits.ts';

/** What a host does about a parameter; `note` is empty where it limits it. */
export interface Hold {
  readonly state: 'limited' | 'accounted' | 'unavailable';
  readonly note: string;
}

/** What a host has to limit VEs with. */
export interface Means {
  readonly hierarchies: Pick<CgroupHierarchies, 'layout' | 'controllers'>;
  /** Below the pool; `MAJOR:MINOR`. */
  readonly disks: readonly string[];
}

/** Whether this host limits a parameter, counts it, or can do neither. */
export function whatHolds(row: ParameterRow, { hierarchies, disks }: Means): Hold {
  const { layout, controllers } = hierarchies;
  const lack = row.lacks?.[layout === 'v2' ? 'v2' : 'v1'];
  if (lack?.state === 'accounted') return { state: 'accounted', note: `accounted only: ${lack.text}` };
  if (lack !== undefined) return unavailable(lack.text);
  const controls = controlsOf(row, layout);
  const missing = controls.find(({ controller }) => !controllers.includes(controller));
  if (missing !== undefined) return unavailable(`the cgroup controller ${missing.controller}`);
  const isOfDisks = controls.some(({ encode }) => forEachDisk.includes(encode));
  if (isOfDisks && disks.length === 0) return unavailable('a pool on a disk');
  return { state: 'limited', note: '' };
}

const unavailable = (need: string): Hold => ({
  state: 'unavailable',
  note: `not available here: needs ${need}`,
});

/** Ways to write a limit of which there is one for each disk. */
const forEachDisk: readonly CgroupControl['encode'][] = ['io-max', 'bytes-of-devices', 'requests-of-devices'];
