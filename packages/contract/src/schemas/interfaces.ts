import { type Static, Type } from 'typebox';
import { Ipv4 } from './names.ts';

/**
 * How a VE is on a network beside its routed link:
 * - `bridge`: a pair of devices, one of them a port of a bridge of the node
 * - `macvlan`: a device of its own below one of the node's; the node's rules see nothing of it
 * - `device`: a device of the node, which the VE has for itself while it runs
 */
const interfaceKinds = ['bridge', 'macvlan', 'device'] as const;

/** The kernel takes 15 bytes (IFNAMSIZ). The first letter tells names from indexes; `eth0` and `lo` are taken. */
export const InterfaceName = Type.String({
  pattern: '^(?!eth0$|lo$|all$|default$)[a-z][a-z0-9_-]{0,14}$',
  maxLength: 15,
  description: 'Name of the interface inside the VE, at most 15 characters; eth0 is its routed link',
  examples: ['lan0'],
});

export const DeviceName = Type.String({
  pattern: '^(?!all$|default$)[A-Za-z0-9][A-Za-z0-9._-]{0,14}$',
  maxLength: 15,
  description: 'Device of the node',
  examples: ['br0'],
});

/** Unicast, in lower case. */
const Mac = Type.String({
  pattern: '^[0-9a-f][02468ace](?::[0-9a-f]{2}){5}$',
  description: 'Hardware address, in lower case',
  examples: ['02:1f:c0:9a:7e:21'],
});

const InterfaceAddress = Type.String({
  pattern: '^[0-9a-f.:]{2,39}/[0-9]{1,3}$',
  maxLength: 43,
  description: 'Address with the length of its network’s prefix',
  examples: ['192.0.2.10/24', '2001:db8::10/64'],
});

const fields = {
  kind: Type.Enum([...interfaceKinds], {
    description: 'bridge, macvlan, or device: one of the node that the VE has for itself while it runs',
  }),
  device: DeviceName,
  mac: Mac,
  addresses: Type.Array(InterfaceAddress, {
    uniqueItems: true,
    maxItems: 64,
    description: 'Its addresses, each with the length of its prefix',
  }),
  gateway: Type.Union([Ipv4, Type.Null()], { description: 'Router of this network for IPv4; empty: none' }),
  gateway6: Type.Union([Type.String({ pattern: '^[0-9a-f:]{2,39}$' }), Type.Null()], {
    description: 'Router of this network for IPv6; empty: none',
  }),
  dhcp: Type.Boolean({ description: 'The VE asks for its IPv4 address by DHCP' }),
  filter: Type.Boolean({
    description: 'Drop and count what the VE sends under a hardware or network address that is not its own',
  }),
  mtu: Type.Union([Type.Integer({ minimum: 1280, maximum: 65_521 }), Type.Null()], {
    description: 'Largest packet in bytes; null: as the device of the node',
  }),
};

/** One interface of a VE beside its routed link, as it is written in ve.json. */
export const NetworkInterface = Type.Object(
  {
    name: InterfaceName,
    index: Type.Integer({
      minimum: 1,
      maximum: 99,
      description: 'Number in the name of its port on the node',
    }),
    ...fields,
  },
  { additionalProperties: false },
);
export type NetworkInterface = Static<typeof NetworkInterface>;

/** The most interfaces that a VE can have. */
export const mostInterfaces = 16;

/** What `netif add` takes. */
export const InterfaceAdd = Type.Object(
  {
    name: InterfaceName,
    device: fields.device,
    kind: Type.Optional({ ...fields.kind, default: 'bridge' }),
    ...Type.Partial(Type.Omit(Type.Object(fields), ['kind', 'device'])).properties,
  },
  { $id: 'InterfaceAdd', additionalProperties: false },
);
export type InterfaceAdd = Static<typeof InterfaceAdd>;

/** What `netif set` changes: what is left out stays. */
export const InterfaceChange = Type.Object(
  Type.Partial(Type.Omit(Type.Object(fields), ['kind'])).properties,
  { $id: 'InterfaceChange', additionalProperties: false, minProperties: 1 },
);
export type InterfaceChange = Static<typeof InterfaceChange>;

/** An interface and how it is right now. */
export const InterfaceView = Type.Object(
  {
    ...NetworkInterface.properties,
    port: Type.Union([Type.String(), Type.Null()], {
      description: 'Its other end on the node; null where there is none',
    }),
    state: Type.Enum(['up', 'cut off', 'missing', 'stopped'], {
      description:
        'up; cut off: what it was joined to is gone; missing: it is gone itself; stopped: the VE is',
    }),
  },
  { $id: 'InterfaceView', additionalProperties: false },
);
export type InterfaceView = Static<typeof InterfaceView>;
