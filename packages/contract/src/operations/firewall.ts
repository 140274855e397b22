import { Type } from 'typebox';
import {
  FirewallPolicy,
  FirewallPolicyChange,
  FirewallRule,
  FirewallRuleAdd,
  FirewallRuleChange,
  FirewallRuleUse,
} from '../schemas/firewall.ts';
import { column, defineOperation } from './definition.ts';

const ruleParams = Type.Object(
  { rule: Type.String({ pattern: '^[0-9]{1,9}$', description: 'Number of a rule' }) },
  { additionalProperties: false },
);
const errors = ['invalid_input', 'unknown_field', 'tool_failed', 'forbidden', 'internal'] as const;

export const firewallList = defineOperation({
  id: 'firewall.list',
  title: 'List firewall rules',
  description: 'The rules of the host for VEs in their order, with what each has met.',
  kind: 'read',
  method: 'GET',
  path: '/v1/firewall/rules',
  result: Type.Array(FirewallRuleUse),
  errors: ['tool_failed', 'forbidden', 'internal'],
  permission: 'firewall.read',
  cli: {
    verb: ['firewall', 'list'],
    positionals: [],
    columns: [
      column('position', { title: '#', align: 'right' }),
      column('id', { align: 'right' }),
      column('action'),
      column('direction'),
      column('ves'),
      column('remote'),
      column('protocol'),
      column('ports'),
      column('packets', { align: 'right' }),
      column('bytes', { align: 'right', shown: false }),
      column('enabled', { shown: false }),
      column('log', { shown: false }),
      column('comment'),
    ],
    examples: [{ command: 'insula firewall list', text: 'the rules and their counters' }],
  },
});

export const firewallShow = defineOperation({
  id: 'firewall.show',
  title: 'Show the firewall policy',
  description: 'What happens to connections that no rule is about.',
  kind: 'read',
  method: 'GET',
  path: '/v1/firewall',
  result: FirewallPolicy,
  errors: ['forbidden', 'internal'],
  permission: 'firewall.read',
  cli: {
    verb: ['firewall', 'show'],
    positionals: [],
    examples: [{ command: 'insula firewall show', text: 'the policy' }],
  },
});

export const firewallPolicy = defineOperation({
  id: 'firewall.policy',
  title: 'Change the firewall policy',
  description:
    'Says what happens to new connections that no rule is about, and whether VEs may talk to each other. Connections that are open go on.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/firewall',
  body: FirewallPolicyChange,
  result: FirewallPolicy,
  errors: [...errors],
  permission: 'firewall.configure',
  cli: {
    verb: ['firewall', 'policy'],
    positionals: [],
    examples: [
      { command: 'insula firewall policy --in drop', text: 'only what a rule accepts reaches VEs' },
      { command: 'insula firewall policy --between groups', text: 'VEs talk within their groups' },
    ],
  },
});

export const firewallAdd = defineOperation({
  id: 'firewall.add',
  title: 'Add a firewall rule',
  description:
    'Adds a rule about connections to or from VEs, whatever root of a VE does inside. The first rule that fits decides.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/firewall/rules',
  body: FirewallRuleAdd,
  result: FirewallRule,
  errors: [...errors, 've_not_found'],
  permission: 'firewall.configure',
  cli: {
    verb: ['firewall', 'add'],
    positionals: [{ field: 'action' }, { field: 'direction' }],
    examples: [
      {
        command: 'insula firewall add accept in --ves group:web --protocol tcp --ports 80,443',
        text: 'the web for a group',
      },
      {
        command: 'insula firewall add drop out --ves web1 --remote 192.0.2.0/24 --log',
        text: 'and tell of it',
      },
    ],
  },
});

export const firewallChange = defineOperation({
  id: 'firewall.change',
  title: 'Change a firewall rule',
  description: 'Changes a rule or moves it to another place.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/firewall/rules/{rule}',
  params: ruleParams,
  body: FirewallRuleChange,
  result: FirewallRule,
  errors: [...errors, 'rule_not_found', 've_not_found'],
  permission: 'firewall.configure',
  cli: {
    verb: ['firewall', 'change'],
    positionals: [{ field: 'rule' }],
    examples: [{ command: 'insula firewall change 3 --position 1', text: 'asked before all others' }],
  },
});

export const firewallRemove = defineOperation({
  id: 'firewall.remove',
  title: 'Remove a firewall rule',
  description: 'Removes a rule. Its number is not given again.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/firewall/rules/{rule}',
  params: ruleParams,
  result: Type.Null(),
  errors: [...errors, 'rule_not_found'],
  permission: 'firewall.configure',
  cli: {
    verb: ['firewall', 'remove'],
    positionals: [{ field: 'rule' }],
    examples: [{ command: 'insula firewall remove 3', text: 'one rule less' }],
  },
});
