import type { VeChange, VeDetail } from '@insula/contract';
import { listTyped } from '../firewall/firewall-rules.ts';

type NetworkSettings = Pick<VeDetail, 'dns' | 'forwards' | 'rates' | 'ratebound' | 'groups' | 'netfilter'>;

/** What the form of the network holds: lists as they are typed. */
export type SettingsValues = ReturnType<typeof valuesOf>;

export function valuesOf({ dns, forwards, rates, ratebound, groups, netfilter }: NetworkSettings) {
  return {
    dns: { servers: dns.servers.join(', '), search: dns.search.join(', ') },
    forwards: forwards.join('\n'),
    rates: rates.join('\n'),
    ratebound,
    groups: groups.join(', '),
    netfilter,
  };
}

/** What `ve.set` is sent: what is not as it was, since a setting may need a privilege once it is named. Null: nothing. */
export function changeOf(before: NetworkSettings, values: SettingsValues): VeChange | null {
  const { dns, forwards, rates, ratebound, groups, netfilter } = values;
  const names = changed(before.dns, { servers: listTyped(dns.servers), search: listTyped(dns.search) });
  const others = changed(before, {
    forwards: listTyped(forwards),
    rates: listTyped(rates),
    ratebound,
    groups: listTyped(groups),
    netfilter,
  });
  const change = { ...(Object.keys(names).length === 0 ? {} : { dns: names }), ...others };
  return Object.keys(change).length === 0 ? null : change;
}

function changed<Fields extends object>(
  before: Readonly<Record<keyof Fields, unknown>>,
  after: Fields,
): Partial<Fields> {
  const differs = ([field, value]: readonly [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[field as keyof Fields]);
  return Object.fromEntries(Object.entries(after).filter(differs)) as Partial<Fields>;
}
