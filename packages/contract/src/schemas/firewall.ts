import { type Static, Type } from 'typebox';
import { SingleLine } from './names.ts';

const Port = Type.String({
  pattern: '^[0-9]{1,5}(?:-[0-9]{1,5})?$',
  description: 'A port, or first and last of a range: 8000-8010',
});

const ruleFields = {
  action: Type.Enum(['accept', 'drop', 'reject'], { description: 'What becomes of the packet' }),
  direction: Type.Enum(['in', 'out'], { description: 'To the VE, or from it' }),
  ves: Type.Array(
    Type.String({
      pattern: '^(?:group:)?[A-Za-z0-9._-]{1,63}$',
      description: 'CTID, name or UUID of a VE, or group:NAME',
    }),
    { maxItems: 256, uniqueItems: true, description: 'VEs that it is about; none: all' },
  ),
  remote: Type.Array(
    Type.String({ pattern: '^(?:group:[a-z][a-z0-9-]{0,30}|[0-9a-fA-F.:]{2,39}(?:/[0-9]{1,3})?)$' }),
    {
      maxItems: 256,
      uniqueItems: true,
      description: 'Prefixes of the other side, or group:NAME for VEs of a group; none: anybody',
    },
  ),
  protocol: Type.Enum(['any', 'tcp', 'udp', 'icmp'], { description: 'Which packets' }),
  ports: Type.Array(Port, {
    maxItems: 64,
    uniqueItems: true,
    description: 'Destination ports of tcp or udp; none: all',
  }),
  log: Type.Boolean({ description: 'Write a line into the log of the kernel for each new connection' }),
  enabled: Type.Boolean({ description: 'Whether the rule counts' }),
  comment: SingleLine(128, 'What the rule is for'),
};

/** A rule of the host's firewall for VEs. Rules are asked in their order; the first that fits decides. */
export const FirewallRule = Type.Object(
  { id: Type.Integer({ minimum: 1, description: 'Number of the rule, never given again' }), ...ruleFields },
  { additionalProperties: false, $id: 'FirewallRule' },
);
export type FirewallRule = Static<typeof FirewallRule>;

const position = Type.Integer({
  minimum: 1,
  maximum: 1000,
  description: 'Place among the rules; default: the last',
});

/** A new rule: everything but action and direction can be left out. */
export const FirewallRuleAdd = Type.Object(
  {
    ...Type.Partial(Type.Object(ruleFields)).properties,
    action: ruleFields.action,
    direction: ruleFields.direction,
    position: Type.Optional(position),
  },
  { additionalProperties: false, $id: 'FirewallRuleAdd' },
);
export type FirewallRuleAdd = Static<typeof FirewallRuleAdd>;

export const FirewallRuleChange = Type.Object(
  { ...Type.Partial(Type.Object(ruleFields)).properties, position: Type.Optional(position) },
  { additionalProperties: false, minProperties: 1, $id: 'FirewallRuleChange' },
);
export type FirewallRuleChange = Static<typeof FirewallRuleChange>;

/** A rule with what it has met. */
export const FirewallRuleUse = Type.Object(
  {
    position: Type.Integer(),
    ...FirewallRule.properties,
    packets: Type.Integer({
      description: 'Packets that it decided about; of accepted connections only the first ones',
    }),
    bytes: Type.Integer(),
  },
  { additionalProperties: false, $id: 'FirewallRuleUse' },
);
export type FirewallRuleUse = Static<typeof FirewallRuleUse>;

/** What happens to packets that no rule is about. */
export const FirewallPolicy = Type.Object(
  {
    in: Type.Enum(['accept', 'drop'], { description: 'New connections to VEs' }),
    out: Type.Enum(['accept', 'drop'], { description: 'New connections from VEs' }),
    between: Type.Enum(['allow', 'deny', 'groups'], {
      description:
        'New connections from VE to VE: all, none, or those that share a group; asked before the rules',
    }),
  },
  { additionalProperties: false, $id: 'FirewallPolicy' },
);
export type FirewallPolicy = Static<typeof FirewallPolicy>;

export const FirewallPolicyChange = Type.Partial(FirewallPolicy, {
  additionalProperties: false,
  minProperties: 1,
  $id: 'FirewallPolicyChange',
});

/** What `firewall.json` holds. */
export const Firewall = Type.Object(
  {
    format: Type.Literal(1),
    policy: FirewallPolicy,
    nextId: Type.Integer({ minimum: 1 }),
    rules: Type.Array(FirewallRule, { maxItems: 1000 }),
  },
  { additionalProperties: false, $id: 'Firewall' },
);
export type Firewall = Static<typeof Firewall>;
