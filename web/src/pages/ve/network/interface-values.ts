import type { InterfaceAdd, InterfaceChange, InterfaceView } from '@insula/contract';
import { listTyped } from '../firewall/firewall-rules.ts';

/** What the form of an interface holds: everything as it is typed. */
export type InterfaceValues = ReturnType<typeof valuesOf>;

/** What the form begins with; null: a new interface. */
export function valuesOf(one: InterfaceView | null) {
  return {
    name: one?.name ?? '',
    kind: one?.kind ?? 'bridge',
    device: one?.device ?? '',
    mac: one?.mac ?? '',
    addresses: one?.addresses.join('\n') ?? '',
    gateway: one?.gateway ?? '',
    gateway6: one?.gateway6 ?? '',
    dhcp: one?.dhcp ?? false,
    filter: one?.filter ?? true,
    mtu: one?.mtu ?? ('' as number | string),
  };
}

/** Fields as the node takes them: what is left empty is null, where there is such a thing as none. */
function fieldsOf({ device, mac, addresses, gateway, gateway6, dhcp, filter, mtu }: InterfaceValues) {
  return {
    device: device.trim(),
    mac: mac.trim().toLowerCase(),
    addresses: listTyped(addresses),
    gateway: gateway.trim() || null,
    gateway6: gateway6.trim() || null,
    dhcp,
    filter,
    mtu: mtu === '' ? null : Number(mtu),
  };
}

/** What `ve.netif.add` is sent. */
export function additionOf(values: InterfaceValues): InterfaceAdd {
  const { mac, ...fields } = fieldsOf(values);
  return { name: values.name.trim(), kind: values.kind, ...fields, ...(mac === '' ? {} : { mac }) };
}

/** What `ve.netif.set` is sent: what is not as it was. Null: nothing. */
export function changeOf(before: InterfaceView, values: InterfaceValues): InterfaceChange | null {
  const now = Object.entries(fieldsOf(values)) as [keyof InterfaceChange, unknown][];
  const changed = now.filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field]));
  return changed.length === 0 ? null : Object.fromEntries(changed);
}
