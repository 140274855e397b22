import type { FirewallRule, FirewallRuleUse } from '@insula/contract';

interface RuledVe {
  readonly uuid: string;
  readonly name: string;
  readonly groups: readonly string[];
}

/** Whether a rule is about a VE: by its name, by a group that it is in, or since it is about all. */
export function isAbout({ ves }: Pick<FirewallRule, 'ves'>, { uuid, name, groups }: RuledVe): boolean {
  if (ves.length === 0) return true;
  return ves.some((one) => one === uuid || one === name || groups.some((group) => one === `group:${group}`));
}

/**
 * The place that puts a rule before or behind its neighbour among those that are shown, whatever rules of others lie between; null:
 * it has no neighbour there.
 */
export function placeBeside(
  shown: readonly Pick<FirewallRuleUse, 'id' | 'position'>[],
  { id }: Pick<FirewallRuleUse, 'id'>,
  direction: 'up' | 'down',
): number | null {
  const at = shown.findIndex((rule) => rule.id === id);
  return at < 0 ? null : (shown[direction === 'up' ? at - 1 : at + 1]?.position ?? null);
}

/** What was typed as a list: after commas or spaces. */
export function listTyped(typed: string): string[] {
  return typed.split(/[\s,]+/).filter(Boolean);
}
