import { fault } from '@insula/contract';

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/**
 * The span of time that a question is about, in milliseconds since 1970.
 * @throws CodedError invalid_input for a moment that there is not, and for an end before its beginning
 */
export function spanOf(
  wanted: { readonly last?: string; readonly from?: string; readonly to?: string },
  now: number,
): { readonly from: number; readonly to: number } {
  const { last = '1h' } = wanted;
  const to = momentOf('to', wanted.to) ?? now + 1;
  const length = Number(last.slice(0, -1)) * (units[last.slice(-1)] ?? Number.NaN);
  const from = momentOf('from', wanted.from) ?? to - length;
  if (from > to) throw fault('invalid_input', { field: 'from', problem: 'it is after the end' });
  return { from, to };
}

function momentOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const moment = Date.parse(text);
  if (Number.isNaN(moment)) throw fault('invalid_input', { field, problem: `there is no ${text}` });
  return moment;
}
