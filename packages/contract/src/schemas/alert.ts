import { type Static, Type } from 'typebox';
import { nodeMetrics, veMetrics } from '../metrics/table.ts';
import { SingleLine } from './names.ts';

/** green: as it should be · yellow: near the limit · red: over what is healthy · black: something was refused */
export const alertLevels = ['green', 'yellow', 'red', 'black'] as const;
export const AlertLevel = Type.Enum([...alertLevels]);
export type AlertLevel = (typeof alertLevels)[number];

const metricNames = [...new Set([...veMetrics, ...nodeMetrics].map(({ name }) => name))];

const threshold = (level: string) =>
  Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
    description: `From which value on it is ${level}, in the unit of the metric; null: never`,
  });

const ruleFields = {
  name: SingleLine(64, 'What the rule is called'),
  scope: Type.Enum(['ve', 'node'], { description: 'Whether it is about VEs, each for itself, or the node' }),
  ves: Type.Array(
    Type.String({
      pattern: '^(?:group:)?[A-Za-z0-9._-]{1,63}$',
      description: 'CTID, name or UUID of a VE, or group:NAME',
    }),
    { maxItems: 256, uniqueItems: true, description: 'VEs that it is about; none: all' },
  ),
  metric: Type.Enum(metricNames, { description: 'What is watched' }),
  yellow: threshold('yellow'),
  red: threshold('red'),
  refusals: Type.Boolean({
    description: 'Black when the VE was refused memory or processes; for rules about those',
  }),
  seconds: Type.Integer({
    minimum: 0,
    maximum: 86_400,
    description: 'How long a value must stay over a threshold, or below it again, until that counts',
  }),
  hysteresis: Type.Number({
    minimum: 0,
    maximum: 0.9,
    description: 'How far below a threshold a value must fall to be off it: a part of the threshold',
  }),
  enabled: Type.Boolean({ description: 'Whether the rule counts' }),
};

/** When somebody is to be told of something. */
export const AlertRule = Type.Object(
  { id: Type.Integer({ minimum: 1, description: 'Number of the rule, never given again' }), ...ruleFields },
  { additionalProperties: false, $id: 'AlertRule' },
);
export type AlertRule = Static<typeof AlertRule>;

const { name, metric, ...defaulted } = ruleFields;

/** What `add` takes: the rest is scope ve, all VEs, no thresholds, no refusals, 60 seconds, a tenth, and enabled. */
export const AlertRuleAdd = Type.Object(
  { name, metric, ...Type.Partial(Type.Object(defaulted)).properties },
  { additionalProperties: false, $id: 'AlertRuleAdd' },
);
export type AlertRuleAdd = Static<typeof AlertRuleAdd>;

export const AlertRuleChange = Type.Object(Type.Partial(Type.Object(ruleFields)).properties, {
  additionalProperties: false,
  minProperties: 1,
  $id: 'AlertRuleChange',
});
export type AlertRuleChange = Static<typeof AlertRuleChange>;

/** What a rule says of a VE, or of the node, when that is not green. */
export const Alert = Type.Object(
  {
    rule: Type.Integer(),
    ruleName: Type.String(),
    uuid: Type.Union([Type.String(), Type.Null()], { description: 'Of the VE; null: the node' }),
    name: Type.String({ description: 'Of the VE, or of the node' }),
    metric: Type.String(),
    level: AlertLevel,
    value: Type.Union([Type.Number(), Type.Null()], {
      description: 'The last one, in the unit of the metric',
    }),
    threshold: Type.Union([Type.Number(), Type.Null()], { description: 'Of the level; null for black' }),
    since: Type.String({ description: 'ISO 8601, UTC' }),
    muted: Type.Boolean({ description: 'Nobody is told' }),
  },
  { additionalProperties: false, $id: 'Alert' },
);
export type Alert = Static<typeof Alert>;

/** A change of an alert's level. */
export const AlertChange = Type.Object(
  {
    ...Alert.properties,
    at: Type.String({ description: 'ISO 8601, UTC' }),
    before: AlertLevel,
  },
  { additionalProperties: false, $id: 'AlertChange' },
);
export type AlertChange = Static<typeof AlertChange>;

const ReceiverName = Type.String({
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$',
  description: 'What the receiver is called',
});

const receiverFields = {
  name: ReceiverName,
  kind: Type.Enum(['email', 'webhook'], { description: 'How it is told' }),
  address: Type.String({
    minLength: 3,
    maxLength: 1024,
    pattern: '^[^\\s\\u0000-\\u001f]+$',
    description: 'Address of an e-mail, or https:// or http:// URL that messages are posted to',
  }),
  from: Type.Enum(['yellow', 'red', 'black'], { description: 'Told from this level on, and of its end' }),
};

/** Who is told of alerts. */
export const AlertReceiver = Type.Object(receiverFields, {
  additionalProperties: false,
  $id: 'AlertReceiver',
});
export type AlertReceiver = Static<typeof AlertReceiver>;

export const AlertReceiverAdd = Type.Object(
  {
    ...receiverFields,
    from: Type.Optional(receiverFields.from),
    secret: Type.Optional(
      Type.String({
        minLength: 16,
        maxLength: 256,
        pattern: '^[!-~]+$',
        description: 'What messages of a webhook are signed with; left out: a new one',
      }),
    ),
  },
  { additionalProperties: false, $id: 'AlertReceiverAdd' },
);
export type AlertReceiverAdd = Static<typeof AlertReceiverAdd>;

/** A receiver and, once, what its messages are signed with. */
export const AlertReceiverAdded = Type.Object(
  {
    ...receiverFields,
    secret: Type.Union([Type.String(), Type.Null()], {
      description: 'Told this once only; null of an e-mail',
    }),
  },
  { additionalProperties: false, $id: 'AlertReceiverAdded' },
);
export type AlertReceiverAdded = Static<typeof AlertReceiverAdded>;

/** Somebody does not want to hear of something for a while. */
export const AlertMute = Type.Object(
  {
    rule: Type.Union([Type.Integer(), Type.Null()], { description: 'Only of this rule; null: of all' }),
    ve: Type.Union([Type.String(), Type.Null()], {
      description: 'Only of this VE, by its name; null: of all and the node',
    }),
    until: Type.String({ description: 'ISO 8601, UTC' }),
  },
  { additionalProperties: false, $id: 'AlertMute' },
);
export type AlertMute = Static<typeof AlertMute>;

/** What `alerts.json` holds. */
export const AlertSettings = Type.Object(
  {
    rules: Type.Array(AlertRule),
    /** Of the next rule. */
    nextRule: Type.Integer(),
    receivers: Type.Array(
      Type.Object(
        { ...receiverFields, secret: Type.Optional(Type.String()) },
        { additionalProperties: false },
      ),
    ),
    mutes: Type.Array(AlertMute),
  },
  { additionalProperties: false },
);
export type AlertSettings = Static<typeof AlertSettings>;
