import { type Alert, nodeMetrics, veMetrics } from '@insula/contract';
import { formatAmountIn } from '../../parts/format.ts';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

const tones = { green: 'ok', yellow: 'warn', red: 'bad', black: 'bad' } as const;
const units = new Map([...nodeMetrics, ...veMetrics].map(({ name, unit }) => [name as string, unit]));

/** How bad it is, in a word and a colour. */
export function AlertLevelDot({ level }: Pick<Alert, 'level'>) {
  return <Dot tone={tones[level]} label={text.alertLevels[level]} />;
}

/** A value of a metric that is watched; null: none was measured, or none is set. */
export function metricAmount(metric: string, value: number | null): string {
  return value === null ? '–' : formatAmountIn(units.get(metric) ?? 'count', value);
}
