import { Type } from 'typebox';
import {
  Alert,
  AlertChange,
  AlertMute,
  AlertReceiver,
  AlertReceiverAdd,
  AlertReceiverAdded,
  AlertRule,
  AlertRuleAdd,
  AlertRuleChange,
} from '../schemas/alert.ts';
import { column, defineOperation } from './definition.ts';

const ruleParams = Type.Object(
  { rule: Type.String({ pattern: '^[0-9]{1,9}$', description: 'Number of a rule' }) },
  { additionalProperties: false },
);
const receiverParams = Type.Object(
  { receiver: Type.String({ pattern: '^[a-z0-9-]{1,32}$', description: 'Name of a receiver' }) },
  { additionalProperties: false },
);
const errors = ['invalid_input', 'unknown_field', 'forbidden', 'internal'] as const;

const alertColumns = [
  column('level'),
  column('name'),
  column('ruleName', { title: 'RULE' }),
  column('metric'),
  column('value', { align: 'right' }),
  column('threshold', { align: 'right' }),
  column('since', { shown: false }),
  column('muted', { shown: false }),
];

export const alertList = defineOperation({
  id: 'alert.list',
  title: 'List alerts',
  description: 'What is yellow, red or black now, of what one may see.',
  kind: 'read',
  method: 'GET',
  path: '/v1/alerts',
  result: Type.Array(Alert),
  errors: ['forbidden', 'internal'],
  permission: 'alert.read',
  scope: 'somewhere',
  cli: {
    verb: ['alert', 'list'],
    positionals: [],
    columns: alertColumns,
    examples: [{ command: 'insula alert list', text: 'what needs somebody now' }],
  },
});

export const alertHistory = defineOperation({
  id: 'alert.history',
  title: 'Show what was alerted',
  description: 'Changes of alerts, newest first; ten thousand are kept.',
  kind: 'read',
  method: 'GET',
  path: '/v1/alerts/history',
  query: Type.Object(
    {
      ve: Type.Optional(Type.String({ maxLength: 63, description: 'Only of this VE (name, CTID or UUID)' })),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 10_000, default: 100, description: 'How many' }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(AlertChange),
  errors: [...errors, 've_not_found'],
  permission: 'alert.read',
  scope: 'somewhere',
  cli: {
    verb: ['alert', 'history'],
    positionals: [],
    columns: [column('at', { title: 'WHEN' }), column('before'), ...alertColumns],
    examples: [{ command: 'insula alert history --ve web1', text: 'what was with a VE' }],
  },
});

export const alertRuleList = defineOperation({
  id: 'alert.rule.list',
  title: 'List alert rules',
  description: 'When there is an alert. A new node has rules for limits of VEs and for its memory and pool.',
  kind: 'read',
  method: 'GET',
  path: '/v1/alerts/rules',
  result: Type.Array(AlertRule),
  errors: ['forbidden', 'internal'],
  permission: 'alert.read',
  cli: {
    verb: ['alert-rule', 'list'],
    positionals: [],
    columns: [
      column('id', { align: 'right' }),
      column('name'),
      column('scope'),
      column('ves'),
      column('metric'),
      column('yellow', { align: 'right' }),
      column('red', { align: 'right' }),
      column('refusals'),
      column('seconds', { align: 'right' }),
      column('hysteresis', { align: 'right', shown: false }),
      column('enabled'),
    ],
    examples: [{ command: 'insula alert-rule list', text: 'the rules' }],
  },
});

export const alertRuleAdd = defineOperation({
  id: 'alert.rule.add',
  title: 'Add an alert rule',
  description:
    'Watches a metric of VEs or of the node. At least one of yellow, red and refusals must be given, and yellow lies below red.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/alerts/rules',
  body: AlertRuleAdd,
  result: AlertRule,
  errors: [...errors, 've_not_found'],
  permission: 'alert.configure',
  cli: {
    verb: ['alert-rule', 'add'],
    positionals: [{ field: 'name' }],
    examples: [
      {
        command: 'insula alert-rule add "busy shops" --metric cpu --ves group:shop --red 1.5 --seconds 300',
        text: 'more than one and a half processors for five minutes, in VEs of a group',
      },
    ],
  },
});

export const alertRuleChange = defineOperation({
  id: 'alert.rule.change',
  title: 'Change an alert rule',
  description: 'Fields left out stay as they are.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/alerts/rules/{rule}',
  params: ruleParams,
  body: AlertRuleChange,
  result: AlertRule,
  errors: [...errors, 've_not_found', 'alert_rule_not_found'],
  permission: 'alert.configure',
  cli: {
    verb: ['alert-rule', 'change'],
    positionals: [{ field: 'rule' }],
    examples: [{ command: 'insula alert-rule change 3 --no-enabled', text: 'switch a rule off' }],
  },
});

export const alertRuleRemove = defineOperation({
  id: 'alert.rule.remove',
  title: 'Remove an alert rule',
  description: 'Its alerts end with it.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/alerts/rules/{rule}',
  params: ruleParams,
  result: Type.Null(),
  errors: [...errors, 'alert_rule_not_found'],
  permission: 'alert.configure',
  cli: {
    verb: ['alert-rule', 'remove'],
    positionals: [{ field: 'rule' }],
    examples: [{ command: 'insula alert-rule remove 3', text: 'watch it no longer' }],
  },
});

export const alertMute = defineOperation({
  id: 'alert.mute',
  title: 'Mute alerts',
  description:
    'Nobody is told by e-mail or webhook until the time is over; the event stream and the history go on. A second mute of the same replaces the first, and one of 0 minutes ends it. Without a VE it counts for all of them and the node, and needs the privilege there.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/alerts/mutes',
  body: Type.Object(
    {
      rule: Type.Optional(Type.Integer({ minimum: 1, description: 'Only of this rule' })),
      ve: Type.Optional(Type.String({ maxLength: 63, description: 'Only of this VE (name, CTID or UUID)' })),
      minutes: Type.Integer({ minimum: 0, maximum: 525_600, description: 'For how long' }),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(AlertMute),
  errors: [...errors, 've_not_found', 'alert_rule_not_found', 'withheld'],
  permission: 'alert.mute',
  scope: 'named',
  cli: {
    verb: ['alert', 'mute'],
    positionals: [],
    examples: [{ command: 'insula alert mute --ve web1 --minutes 120', text: 'while it is worked on' }],
  },
});

export const alertMuteList = defineOperation({
  id: 'alert.mute.list',
  title: 'List what is muted',
  description: 'Of which alerts nobody is told now, and until when, of what one may see.',
  kind: 'read',
  method: 'GET',
  path: '/v1/alerts/mutes',
  result: Type.Array(AlertMute),
  errors: ['forbidden', 'internal'],
  permission: 'alert.read',
  scope: 'somewhere',
  cli: {
    verb: ['alert', 'mutes'],
    positionals: [],
    columns: [column('rule', { align: 'right' }), column('ve'), column('until')],
    examples: [{ command: 'insula alert mutes', text: 'what nobody is told of' }],
  },
});

export const alertReceiverList = defineOperation({
  id: 'alert.receiver.list',
  title: 'List receivers of alerts',
  description: 'Who is told of alerts beside those who watch the event stream.',
  kind: 'read',
  method: 'GET',
  path: '/v1/alerts/receivers',
  result: Type.Array(AlertReceiver),
  errors: ['forbidden', 'internal'],
  permission: 'alert.configure',
  cli: {
    verb: ['alert-receiver', 'list'],
    positionals: [],
    columns: [column('name'), column('kind'), column('address'), column('from')],
    examples: [{ command: 'insula alert-receiver list', text: 'who is told' }],
  },
});

export const alertReceiverAdd = defineOperation({
  id: 'alert.receiver.add',
  title: 'Add a receiver of alerts',
  description:
    'E-mail goes by the server that `mail` of node.json names. Messages of a webhook are signed with a secret that is shown once, and tried again for a day until they are taken.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/alerts/receivers',
  body: AlertReceiverAdd,
  result: AlertReceiverAdded,
  errors: [...errors, 'name_taken', 'host_lacks'],
  permission: 'alert.configure',
  cli: {
    verb: ['alert-receiver', 'add'],
    positionals: [{ field: 'name' }],
    examples: [
      {
        command: 'insula alert-receiver add ops --kind email --address ops@example.org',
        text: 'an e-mail for each alert',
      },
      {
        command:
          'insula alert-receiver add chat --kind webhook --address https://chat.example.org/hook --json',
        text: 'prints the secret',
      },
    ],
  },
});

export const alertReceiverRemove = defineOperation({
  id: 'alert.receiver.remove',
  title: 'Remove a receiver of alerts',
  description: 'What it was not told yet it will not be.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/alerts/receivers/{receiver}',
  params: receiverParams,
  result: Type.Null(),
  errors: [...errors, 'alert_receiver_not_found'],
  permission: 'alert.configure',
  cli: {
    verb: ['alert-receiver', 'remove'],
    positionals: [{ field: 'receiver' }],
    examples: [{ command: 'insula alert-receiver remove chat', text: 'tell it no more' }],
  },
});
