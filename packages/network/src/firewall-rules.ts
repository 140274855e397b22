import {
  type Firewall,
  type FirewallRule,
  type FirewallRuleAdd,
  type FirewallRuleChange,
  fault,
} from '@insula/contract';
import { parseRange } from './addresses/address.ts';

const blank: Omit<FirewallRule, 'id' | 'action' | 'direction'> = {
  ves: [],
  remote: [],
  protocol: 'any',
  ports: [],
  log: false,
  enabled: true,
  comment: '',
};

const mostRules = 1_000;

/** The firewall with one rule more. @throws CodedError invalid_input */
export function withRule(
  firewall: Firewall,
  { position, ...wanted }: FirewallRuleAdd,
): { readonly firewall: Firewall; readonly rule: FirewallRule } {
  if (firewall.rules.length >= mostRules)
    throw fault('invalid_input', { field: 'rules', problem: `there are ${mostRules} already` });
  const rule = checkRule({ id: firewall.nextId, ...blank, ...wanted });
  const rules = [...firewall.rules];
  rules.splice((position ?? rules.length + 1) - 1, 0, rule);
  return { firewall: { ...firewall, nextId: firewall.nextId + 1, rules }, rule };
}

/** The firewall with a rule changed, or moved. @throws CodedError invalid_input, rule_not_found */
export function withChangedRule(
  firewall: Firewall,
  id: number,
  { position, ...change }: FirewallRuleChange,
): { readonly firewall: Firewall; readonly rule: FirewallRule } {
  const index = indexOf(firewall, id);
  const rule = checkRule({ ...(firewall.rules[index] as FirewallRule), ...change });
  const rules = firewall.rules.filter((_, at) => at !== index);
  rules.splice(position === undefined ? index : position - 1, 0, rule);
  return { firewall: { ...firewall, rules }, rule };
}

/** @throws CodedError rule_not_found */
export function withoutRule(firewall: Firewall, id: number): Firewall {
  const index = indexOf(firewall, id);
  return { ...firewall, rules: firewall.rules.filter((_, at) => at !== index) };
}

function indexOf({ rules }: Firewall, id: number): number {
  const index = rules.findIndex((rule) => rule.id === id);
  if (index === -1) throw fault('rule_not_found', { rule: id });
  return index;
}

/** What a schema cannot say. */
function checkRule(rule: FirewallRule): FirewallRule {
  const refuse = (field: string, problem: string) => fault('invalid_input', { field, problem });
  if (rule.ports.length > 0 && rule.protocol !== 'tcp' && rule.protocol !== 'udp')
    throw refuse('ports', 'only tcp and udp have ports: give a protocol');
  for (const ports of rule.ports) {
    const [first = 0, last = first] = ports.split('-').map(Number);
    if (first < 1 || last > 65_535 || last < first)
      throw refuse('ports', `${ports}: ports go from 1 to 65535`);
  }
  for (const remote of rule.remote) {
    if (!remote.startsWith('group:') && parseRange(remote) === null)
      throw refuse('remote', `"${remote}" is no prefix, or has bits set behind it`);
  }
  return rule;
}
