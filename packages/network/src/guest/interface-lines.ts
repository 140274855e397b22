import type { NetworkInterface } from '@insula/contract';
import { familyOf } from '../addresses/address.ts';
import { routesOf } from '../interfaces/compile-interfaces.ts';

/** What is written about one interface beside the routed link, and whether that has addresses of its own. */
export interface InterfaceNetwork {
  readonly one: NetworkInterface;
  readonly routed: readonly string[];
}

const options = ({ one, routed }: InterfaceNetwork) => routesOf({ addresses: routed }, one);

/** interfaces(5): as for the routed link, commands that are right whether the node has done their work or not. */
export function interfacesStanza(network: InterfaceNetwork): readonly string[] {
  const { name, dhcp, mtu, addresses } = network.one;
  const commands = [
    ...(mtu === null ? [] : [`ip link set dev ${name} mtu ${mtu}`]),
    `ip link set dev ${name} up`,
    ...addresses.map((address) => `ip address replace ${address} dev ${name}`),
    ...options(network).map(
      ({ family, to, via, metric }) =>
        `ip ${family === 'ipv6' ? '-6 ' : ''}route replace ${to} via ${via} dev ${name}${metric === null ? '' : ` metric ${metric}`}`,
    ),
  ];
  return [
    `auto ${name}`,
    `iface ${name} inet ${dhcp ? 'dhcp' : 'manual'}`,
    ...commands.map((command) => `    up ${command}`),
  ];
}

/** systemd.network(5). */
export function networkdUnit(network: InterfaceNetwork): readonly string[] {
  const { name, dhcp, mtu, addresses } = network.one;
  return [
    '[Match]',
    `Name=${name}`,
    ...(mtu === null ? [] : ['[Link]', `MTUBytes=${mtu}`]),
    '[Network]',
    `DHCP=${dhcp ? 'ipv4' : 'no'}`,
    `IPv6AcceptRA=${dhcp ? 'yes' : 'no'}`,
    'KeepConfiguration=static',
    ...addresses.map((address) => `Address=${address}`),
    ...options(network).flatMap(({ via, metric }) => [
      '[Route]',
      `Gateway=${via}`,
      ...(metric === null ? [] : [`Metric=${metric}`]),
    ]),
  ];
}

/** netplan(5), below `ethernets`. */
export function netplanEntry(network: InterfaceNetwork): readonly string[] {
  const { name, dhcp, mtu, addresses } = network.one;
  const routes = options(network);
  return [
    `    ${name}:`,
    `      dhcp4: ${dhcp}`,
    `      accept-ra: ${dhcp}`,
    ...(mtu === null ? [] : [`      mtu: ${mtu}`]),
    `      addresses: [${addresses.map((address) => JSON.stringify(address)).join(', ')}]`,
    ...(routes.length === 0 ? [] : ['      routes:']),
    ...routes.flatMap(({ to, via, metric }) => [
      `        - to: ${JSON.stringify(to)}`,
      `          via: ${JSON.stringify(via)}`,
      ...(metric === null ? [] : [`          metric: ${metric}`]),
    ]),
  ];
}

/** nm-settings-keyfile(5). Other ways to make an IPv6 address (`addr-gen-mode`) than from the hardware address would be filtered. */
export function networkManagerKeyfile(network: InterfaceNetwork): readonly string[] {
  const { one } = network;
  const section = (family: 'ipv4' | 'ipv6') => {
    const own = one.addresses.filter((address) => familyOf(address) === family);
    const without = family === 'ipv4' ? 'disabled' : 'link-local';
    return [
      `[${family}]`,
      `method=${one.dhcp ? 'auto' : own.length === 0 ? without : 'manual'}`,
      ...own.map((address, index) => `address${index + 1}=${address}`),
      ...options(network)
        .filter((route) => route.family === family)
        .map(({ to, via, metric }) => `route1=${to},${via}${metric === null ? '' : `,${metric}`}`),
      ...(family === 'ipv6' ? ['addr-gen-mode=0'] : []),
    ];
  };
  return [
    '[connection]',
    `id=insula-${one.name}`,
    'type=ethernet',
    `interface-name=${one.name}`,
    ...(one.mtu === null ? [] : ['[ethernet]', `mtu=${one.mtu}`]),
    ...section('ipv4'),
    ...section('ipv6'),
  ];
}
