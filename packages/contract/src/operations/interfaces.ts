import { Type } from 'typebox';
import { InterfaceAdd, InterfaceChange, InterfaceName, InterfaceView } from '../schemas/interfaces.ts';
import { VeReference } from '../schemas/names.ts';
import { VeDetail } from '../schemas/ve-view.ts';
import { column, defineOperation } from './definition.ts';
import { changeQuery, veChangeErrors, veErrors, veParams } from './parts.ts';

const interfaceParams = Type.Object(
  { ve: VeReference, interface: InterfaceName },
  { additionalProperties: false },
);
const attachErrors = [
  ...veChangeErrors,
  'address_taken',
  'address_in_use',
  'mac_taken',
  'device_taken',
  'device_missing',
] as const;

export const netifAdd = defineOperation({
  id: 've.netif.add',
  title: 'Give a VE another network interface',
  description:
    'Joins a VE to a bridge of the node, gives it a macvlan device below one, or hands a device of the node to it; a running VE has the interface at once. Which devices VEs may be joined to stands in the configuration of the node (`network.attachable`). What a VE sends into a bridge under an address that is not its own is dropped and counted; macvlan devices and devices of the node pass by the rules of the node, and need `--no-filter`.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/interfaces',
  params: veParams,
  query: changeQuery,
  body: InterfaceAdd,
  result: VeDetail,
  errors: [...attachErrors, 'interface_exists'],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['netif', 'add'],
    positionals: [{ field: 've' }, { field: 'name' }],
    examples: [
      {
        command: 'insula netif add web1 lan0 --device br0 --addresses 192.0.2.10/24',
        text: 'on a bridge, live',
      },
      {
        command: 'insula netif add web1 lan0 --device br0 --dhcp',
        text: 'its own DHCP client asks for an address',
      },
      {
        command: 'insula netif add web1 wan0 --kind macvlan --device eth1 --no-filter',
        text: 'below a device of the node',
      },
    ],
  },
});

export const netifSet = defineOperation({
  id: 've.netif.set',
  title: 'Change a network interface of a VE',
  description: 'A running VE has the change at once; with another device or MAC the interface is made anew.',
  kind: 'change',
  method: 'PATCH',
  path: '/v1/ves/{ve}/interfaces/{interface}',
  params: interfaceParams,
  query: changeQuery,
  body: InterfaceChange,
  result: VeDetail,
  errors: [...attachErrors, 'interface_not_found'],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['netif', 'set'],
    positionals: [{ field: 've' }, { field: 'interface' }],
    examples: [{ command: 'insula netif set web1 lan0 --mtu 9000', text: 'larger packets, live' }],
  },
});

export const netifRemove = defineOperation({
  id: 've.netif.remove',
  title: 'Take a network interface from a VE',
  description: 'A running VE loses it at once; a device of the node comes back to it.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/ves/{ve}/interfaces/{interface}',
  params: interfaceParams,
  query: changeQuery,
  result: VeDetail,
  errors: [...veChangeErrors, 'interface_not_found'],
  permission: 've.configure',
  planned: true,
  cli: {
    verb: ['netif', 'remove'],
    positionals: [{ field: 've' }, { field: 'interface' }],
    examples: [{ command: 'insula netif remove web1 lan0', text: 'one interface less, live' }],
  },
});

export const netifList = defineOperation({
  id: 've.netif.list',
  title: 'List the network interfaces of a VE',
  description: 'Those beside its routed link, and how each is right now.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/interfaces',
  params: veParams,
  result: Type.Array(InterfaceView),
  errors: [...veErrors, 'tool_failed'],
  permission: 've.read',
  cli: {
    verb: ['netif', 'list'],
    positionals: [{ field: 've' }],
    columns: [
      column('name'),
      column('kind'),
      column('device'),
      column('state'),
      column('addresses'),
      column('mac'),
      column('dhcp', { shown: false }),
      column('filter', { shown: false }),
      column('mtu', { shown: false, align: 'right' }),
      column('gateway', { shown: false }),
      column('gateway6', { shown: false }),
      column('port', { shown: false }),
    ],
    examples: [{ command: 'insula netif list web1', text: 'where it is joined to what' }],
  },
});
