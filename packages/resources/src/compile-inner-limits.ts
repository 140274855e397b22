import type { InnerSetting, ParameterAmount, ParameterName, ParameterValues } from '@insula/contract';
import { limitOf } from './parameter-halves.ts';
import { completeValues, parameterRows } from './parameter-values.ts';

/** Hard limits of a process, by the name of getrlimit(2); null: none. */
export type ProcessLimits = Readonly<Record<string, number | null>>;

/** Limits that a VE's processes and namespaces carry themselves. */
export interface InnerLimits {
  /** Kernel settings of its ipc and user namespaces, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Of each process; null: as much as the node may give. */
  readonly processLimits: ProcessLimits;
  /** Pseudo terminals; what devpts takes as `max`. */
  readonly terminals: number;
  /** oom_score_adj of a process that nobody gave another. */
  readonly oomScore: number;
}

/** Bytes of a page, as the kernel counts shared memory. */
const pageBytes = 4096;

const encoders: Readonly<Record<InnerSetting['encode'], (amount: number) => string>> = {
  number: String,
  pages: (amount) => String(Math.ceil(amount / pageBytes)),
  // SEMMSL SEMMNS SEMOPM SEMMNI of sem(5): only the last one is the number of sets; the others are the kernel's defaults
  'semaphore-sets': (amount) => `32000 1024000000 500 ${amount}`,
};

export function compileInnerLimits(values: ParameterValues): InnerLimits {
  const all = completeValues(values);
  const settings: Record<string, string> = {};
  const processLimits: Record<string, number | null> = {};
  for (const row of parameterRows) {
    const amount = limitOf(all[row.name as ParameterName]);
    for (const setting of row.settings ?? []) settings[setting.name] = settingText(setting, amount);
    if (row.processLimit !== undefined)
      processLimits[row.processLimit] = amount === 'unlimited' ? null : amount;
  }
  return {
    settings,
    processLimits,
    terminals: numberOr(limitOf(all.numpty), 1_048_576),
    oomScore: numberOr(limitOf(all.oomscore), 0),
  };
}

function settingText(setting: InnerSetting, amount: ParameterAmount): string {
  if (amount !== 'unlimited') return encoders[setting.encode](amount);
  return setting.encode === 'semaphore-sets' ? encoders[setting.encode](Number(setting.most)) : setting.most;
}

const numberOr = (amount: ParameterAmount, most: number): number => (amount === 'unlimited' ? most : amount);

/** What of the limits inside differs from others; null where nothing does. */
export function innerChange(from: InnerLimits, to: InnerLimits): Partial<InnerLimits> | null {
  const settings = differing(from.settings, to.settings);
  const processLimits = differing(from.processLimits, to.processLimits);
  const change: Partial<InnerLimits> = {
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(Object.keys(processLimits).length === 0 ? {} : { processLimits }),
    ...(from.terminals === to.terminals ? {} : { terminals: to.terminals }),
    ...(from.oomScore === to.oomScore ? {} : { oomScore: to.oomScore }),
  };
  return Object.keys(change).length === 0 ? null : change;
}

function differing<Value>(
  from: Readonly<Record<string, Value>>,
  to: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(to).filter(([name, value]) => from[name] !== value));
}
