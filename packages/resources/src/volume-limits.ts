import type { ParameterName, ParameterValues } from '@insula/contract';
import { limitOf } from './parameter-halves.ts';
import { completeValues, parameterRows } from './parameter-values.ts';

/** What parameters limit of a private area; null: not limited. */
export type VolumeLimitValues = { readonly bytes: number | null; readonly inodes: number | null };

export function volumeLimits(values: ParameterValues): VolumeLimitValues {
  const all = completeValues(values);
  const limit = (kind: 'bytes' | 'inodes'): number | null => {
    const row = parameterRows.find(({ volume }) => volume === kind);
    const amount = row === undefined ? 'unlimited' : limitOf(all[row.name as ParameterName]);
    return amount === 'unlimited' ? null : amount;
  };
  return { bytes: limit('bytes'), inodes: limit('inodes') };
}
