import type { ParameterRow } from '@insula/contract';
import type { CgroupHierarchies } from '@insula/host';
import { controlsOf } from './compile-limits.ts';

/** What a host does about a parameter; `note` is empty where it limits it. */
export interface Hold {
  readonly state: 'limited' | 'accounted' | 'unavailable';
  readonly note: string;
}

/** Whether this host limits a parameter, counts it, or can do neither. */
export function whatHolds(
  row: ParameterRow,
  { layout, controllers }: Pick<CgroupHierarchies, 'layout' | 'controllers'>,
): Hold {
  const lack = row.lacks?.[layout === 'v2' ? 'v2' : 'v1'];
  if (lack?.state === 'accounted') return { state: 'accounted', note: `accounted only: ${lack.text}` };
  if (lack !== undefined) return { state: 'unavailable', note: `not available here: needs ${lack.text}` };
  const missing = controlsOf(row, layout).find(({ controller }) => !controllers.includes(controller));
  if (missing === undefined) return { state: 'limited', note: '' };
  return {
    state: 'unavailable',
    note: `not available here: needs the cgroup controller ${missing.controller}`,
  };
}
