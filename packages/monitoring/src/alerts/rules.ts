import {
  type AlertRule,
  type AlertRuleAdd,
  type AlertSettings,
  fault,
  type MetricRow,
  nodeMetrics,
  veMetrics,
} from '@insula/contract';
import type { Subject } from '../readings/reading.ts';
import type { Refusals } from '../refusals/refusal.ts';

/** What a new node watches. */
const shipped: readonly AlertRuleAdd[] = [
  { name: 'memory of a VE', metric: 'memoryShare', yellow: 0.9, red: 0.98, refusals: true },
  { name: 'processes of a VE', metric: 'processesShare', yellow: 0.8, red: 0.95, refusals: true },
  { name: 'disk space of a VE', metric: 'diskShare', yellow: 0.8, red: 0.95 },
  { name: 'a VE waits for memory', metric: 'memoryStall', yellow: 0.1, red: 0.4 },
  { name: 'memory of the node', scope: 'node', metric: 'memoryShare', yellow: 0.9, red: 0.97 },
  { name: 'pool of the node', scope: 'node', metric: 'poolShare', yellow: 0.85, red: 0.95 },
];

const defaults = {
  scope: 've',
  ves: [],
  yellow: null,
  red: null,
  refusals: false,
  seconds: 60,
  hysteresis: 0.1,
  enabled: true,
} as const satisfies Partial<AlertRule>;

/** A rule with everything that was not said. */
export function completeRule(id: number, rule: AlertRuleAdd): AlertRule {
  return { ...defaults, ves: [], ...rule, id };
}

export function firstSettings(): AlertSettings {
  const rules = shipped.map((rule, index) => completeRule(index + 1, rule));
  return { rules, nextRule: rules.length + 1, receivers: [], mutes: [] };
}

/** @throws CodedError invalid_input for a rule that could never say anything, or says nonsense */
export function checkRule(rule: AlertRule): void {
  const refuse = (field: string, problem: string) => fault('invalid_input', { field, problem });
  const { scope, metric, yellow, red, refusals, ves } = rule;
  const metrics: readonly MetricRow[] = scope === 've' ? veMetrics : nodeMetrics;
  if (!metrics.some(({ name }) => name === metric))
    throw refuse('metric', `${metric} is not measured of ${scope === 've' ? 'VEs' : 'the node'}`);
  if (yellow === null && red === null && !refusals)
    throw refuse('yellow', 'give yellow, red or refusals: nothing would ever be told');
  if (yellow !== null && red !== null && yellow >= red) throw refuse('yellow', 'it must be below red');
  if (refusals && (scope === 'node' || refusalOf(metric) === null))
    throw refuse('refusals', 'only rules about memory or processes of VEs have refusals');
  if (scope === 'node' && ves.length > 0) throw refuse('ves', 'a rule about the node has no VEs');
}

/** Which refusals a metric is about; null for none. */
export function refusalOf(metric: string): keyof Refusals | null {
  if (/^(?:memory|anonymous|cache|swap|oomKills)/.test(metric)) return 'memory';
  return /^(?:processes|refusedProcesses)/.test(metric) ? 'processes' : null;
}

/** Whether a rule is about a VE. */
export function isAbout(rule: AlertRule, { uuid, groups }: Pick<Subject, 'uuid' | 'groups'>): boolean {
  if (rule.scope === 'node') return false;
  if (rule.ves.length === 0) return true;
  return rule.ves.some((ve) => ve === uuid || groups.some((group) => ve === `group:${group}`));
}

/** Whether nobody is to be told of what a rule says of a VE, or of the node (null), at some millisecond. */
export function isMuted(
  mutes: AlertSettings['mutes'],
  rule: number,
  uuid: string | null,
  now: number,
): boolean {
  return mutes.some(
    (mute) =>
      Date.parse(mute.until) > now &&
      (mute.rule === null || mute.rule === rule) &&
      (mute.ve === null || mute.ve === uuid),
  );
}
