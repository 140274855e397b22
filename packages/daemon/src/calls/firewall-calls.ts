import type { Firewall, FirewallRule, FirewallRuleUse } from '@insula/contract';
import { nodeTables, ruleCounter, withChangedRule, withoutRule, withRule } from '@insula/network';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

type FirewallCalls = Pick<Reads, Extract<keyof Reads, `firewall.${string}`>>;

/** The calls on the firewall of the node. Each is done when it answers. */
export function firewallCalls(node: Node): FirewallCalls {
  const { firewall } = node;
  return {
    'firewall.show': () => firewall.current.policy,
    'firewall.list': async () => await rulesWithUse(node),
    'firewall.policy': async ({ body }) =>
      await firewall.change((current) => {
        const policy = { ...current.policy, ...body };
        return { firewall: { ...current, policy }, result: policy };
      }),
    'firewall.add': async ({ body }) =>
      await firewall.change((current) => named(node, withRule(current, withUuids(node, body)))),
    'firewall.change': async ({ params, body }) =>
      await firewall.change((current) =>
        named(node, withChangedRule(current, Number(params.rule), withUuids(node, body))),
      ),
    'firewall.remove': async ({ params }) =>
      await firewall.change((current) => ({
        firewall: withoutRule(current, Number(params.rule)),
        result: null,
      })),
  };
}

/** Rules keep the UUIDs of VEs: a name may become that of another. @throws CodedError ve_not_found */
function withUuids<Body extends { readonly ves?: readonly string[] }>({ registry }: Node, body: Body) {
  if (body.ves === undefined) return body;
  const ves = body.ves.map((ve) => (ve.startsWith('group:') ? ve : registry.find(ve).spec.uuid));
  return { ...body, ves };
}

function named(node: Node, { firewall, rule }: { readonly firewall: Firewall; readonly rule: FirewallRule }) {
  return { firewall, result: withNames(node, rule) };
}

function withNames({ registry }: Node, rule: FirewallRule): FirewallRule {
  return { ...rule, ves: rule.ves.map((ve) => registry.get(ve)?.spec.name ?? ve) };
}

async function rulesWithUse(node: Node): Promise<FirewallRuleUse[]> {
  const { rules } = node.firewall.current;
  const counters = rules.length === 0 ? new Map<string, Counter>() : await readCounters(node);
  return rules.map((rule, index) => {
    const { packets = 0, bytes = 0 } = counters.get(ruleCounter(rule.id)) ?? {};
    return { position: index + 1, ...withNames(node, rule), packets, bytes };
  });
}

interface Counter {
  readonly name: string;
  readonly packets: number;
  readonly bytes: number;
}

/** A rule counts in each table that it stands in: for routed links, and for bridges. */
async function readCounters({ host, config }: Node): Promise<ReadonlyMap<string, Counter>> {
  const tables = await Promise.all(
    nodeTables(config).map(async (table) => await host.nftables.listTableJson(table)),
  );
  const sums = new Map<string, Counter>();
  for (const object of tables.flatMap((objects) => objects ?? [])) {
    const { counter } = object as { readonly counter?: Counter };
    if (counter === undefined) continue;
    const { name, packets, bytes } = counter;
    const before = sums.get(name);
    sums.set(name, {
      name,
      packets: packets + (before?.packets ?? 0),
      bytes: bytes + (before?.bytes ?? 0),
    });
  }
  return sums;
}
