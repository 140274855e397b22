import { fault, type NetworkInterface } from '@insula/contract';
import type { Host, LinkInfo } from '@insula/host';
import type { NetworkConfig } from '../links.ts';
import { announce, refuseDuplicates, type Uplink } from '../uplinks.ts';
import type { VeLink } from '../ve-link.ts';
import {
  compileAttachment,
  compileForwarding,
  compileInside,
  compileInsideChange,
  compileJoining,
  type InterfaceDifference,
} from './compile-interfaces.ts';
import { bridged, parseInterfaceAddress, portName, refuseUnattachable } from './interface.ts';

/** What interfaces of VEs are made with. */
export interface AttachmentPorts extends Pick<Host, 'files' | 'links' | 'mounts' | 'neighbours'> {
  readonly config: NetworkConfig;
  /**
   * A file by which the network namespace of a VE is kept after its last process: devices of the node that are in it could not be
   * taken back otherwise. The kernel gives real ones to the machine's first namespace, and destroys the others.
   */
  readonly namespaceOf: (uuid: string) => string;
}

interface Context {
  readonly signal: AbortSignal;
  log(line: string): void;
}

/** Makes interfaces of a VE, whatever is left of earlier ones. @throws CodedError device_missing, address_in_use, invalid_input */
export async function attach(
  ports: AttachmentPorts,
  ve: VeLink,
  place: { readonly pid: number; readonly interfaces: readonly NetworkInterface[] },
  context: Context,
): Promise<void> {
  const { config, links } = ports;
  const { pid, interfaces } = place;
  const { signal } = context;
  if (interfaces.length === 0) return;
  refuseUnattachable(config, interfaces);
  await detach(ports, ve, bridged(interfaces), signal);
  const present = await links.list({ signal });
  const inside = await links.listInside(pid, { signal });
  const isInside = (one: NetworkInterface) =>
    inside.some(({ name, mac }) => name === one.name && (one.kind === 'device' || mac === one.mac));
  const missing = interfaces.filter((one) => one.kind === 'bridge' || !isInside(one));
  await refuseDuplicates(ports, neighboursOf(missing, present), signal);
  for (const one of interfaces) {
    if (one.kind === 'device') await keepNamespace(ports, ve.uuid, pid);
    if (missing.includes(one)) {
      const device = deviceOf(one, present);
      if (one.mtu !== null && one.mtu > device.mtu)
        throw fault('invalid_input', { field: 'mtu', problem: `${one.device} carries ${device.mtu} bytes` });
      await links.batch(compileAttachment(config, ve, one, { pid, mtu: device.mtu }), { signal });
      if (one.kind === 'device') await noteLent(ports, ve, one, pid);
    }
    await links.bridgeBatch(compileForwardings(config, ve, [one]), { signal });
    await links.batchInside(pid, compileInside(ve, one), { signal });
  }
  await announceOwn(ports, interfaces, present, context);
}

/** Takes interfaces away; what is gone already is passed over. Devices of the node come back. */
export async function detach(
  ports: AttachmentPorts,
  ve: Pick<VeLink, 'uuid' | 'ctid'>,
  interfaces: readonly NetworkInterface[],
  signal: AbortSignal,
): Promise<void> {
  const { config, links, mounts, namespaceOf } = ports;
  for (const one of bridged(interfaces)) {
    const port = portName(config, ve.ctid, one);
    if (!(await links.linkExists(port))) continue;
    try {
      await links.batch([`link delete dev ${port}`], { signal });
    } catch (error) {
      if (signal.aborted || (await links.linkExists(port))) throw error;
    }
  }
  const namespace = namespaceOf(ve.uuid);
  const lent = interfaces.filter(({ kind }) => kind === 'device');
  if (lent.length === 0 || !(await mounts.isMounted(namespace))) return;
  const inside = await links.listInside(namespace, { signal });
  for (const one of lent) {
    const number = await ports.files.readTextIfExists(noteOf(ports, ve, one));
    const found =
      inside.find(({ index }) => index === Number(number)) ?? inside.find(({ name }) => name === one.name);
    if (found !== undefined)
      await links.bringHere(namespace, { from: found.name, to: one.device }, { signal });
  }
}

/** Lets go of the namespace of a VE, after `detach` of everything. */
export async function letGo({ mounts, files, namespaceOf }: AttachmentPorts, uuid: string): Promise<void> {
  const namespace = namespaceOf(uuid);
  await mounts.unmount(namespace, { detach: true });
  await files.removeFile(namespace);
}

/** Takes macvlan devices of a VE that goes on away. Those of one that ends go with its namespace. */
export async function removeInside(
  { links }: Pick<AttachmentPorts, 'links'>,
  pid: number,
  interfaces: readonly NetworkInterface[],
  signal: AbortSignal,
): Promise<void> {
  const macs = interfaces.filter(({ kind }) => kind === 'macvlan').map(({ mac }) => mac);
  if (macs.length === 0) return;
  const inside = await links.listInside(pid, { signal });
  const found = inside.filter(({ mac, kind }) => kind === 'macvlan' && macs.includes(mac ?? ''));
  await links.batchInside(
    pid,
    found.map(({ name }) => `link delete dev ${name}`),
    { signal },
  );
}

/** Changes interfaces whose link stays. */
export async function adjust(
  ports: AttachmentPorts,
  change: { readonly from: VeLink; readonly to: VeLink; readonly pid: number },
  { changed }: Pick<InterfaceDifference, 'changed'>,
  context: Context,
): Promise<void> {
  if (changed.length === 0) return;
  const { config, links } = ports;
  const { signal } = context;
  const present = await links.list({ signal });
  const fresh = changed.map((one) => ({
    ...one.to,
    addresses: one.to.addresses.filter((address) => !one.from.addresses.includes(address)),
  }));
  await refuseDuplicates(ports, neighboursOf(fresh, present), signal);
  for (const one of changed) {
    const mtu = present.find(({ name }) => name === one.to.device)?.mtu ?? 1_500;
    if (one.to.mtu !== null && one.to.mtu > mtu)
      throw fault('invalid_input', { field: 'mtu', problem: `${one.to.device} carries ${mtu} bytes` });
    if (one.to.kind === 'bridge' && one.from.filter !== one.to.filter) {
      await links.batch(compileJoining(config, change.to, one.to), { signal });
      await links.bridgeBatch(compileForwardings(config, change.to, [one.to]), { signal });
    }
    const lines = compileInsideChange(change.from, change.to, one, mtu);
    await links.batchInside(change.pid, lines, { signal });
  }
  await announceOwn(ports, fresh, present, context);
}

/** Joins a port to its bridge again, after somebody removed that and made it again. */
export async function rejoin(
  { config, links }: Pick<AttachmentPorts, 'config' | 'links'>,
  ve: Pick<VeLink, 'ctid'>,
  one: NetworkInterface,
): Promise<void> {
  await links.batch(compileJoining(config, ve, one));
  await links.bridgeBatch(compileForwarding(config, ve, one));
}

function compileForwardings(
  config: NetworkConfig,
  ve: Pick<VeLink, 'ctid'>,
  interfaces: readonly NetworkInterface[],
): readonly string[] {
  return bridged(interfaces).flatMap((one) => compileForwarding(config, ve, one));
}

/** What an interface is joined to. @throws CodedError device_missing */
function deviceOf({ name, kind, device }: NetworkInterface, present: readonly LinkInfo[]): LinkInfo {
  const found = present.find((link) => link.name === device && (kind !== 'bridge' || link.kind === 'bridge'));
  if (found === undefined)
    throw fault('device_missing', { kind: kind === 'bridge' ? 'bridge' : 'device', device, interface: name });
  return found;
}

/** Where to ask for the addresses of interfaces, as the node itself: behind the bridge or parent. */
function neighboursOf(
  interfaces: readonly NetworkInterface[],
  present: readonly LinkInfo[],
): readonly Uplink[] {
  return interfaces.flatMap(({ device, addresses }) => {
    const link = present.find(({ name, isUp }) => name === device && isUp);
    if (link?.mac == null) return [];
    const { mac } = link;
    return addresses.flatMap((written) => {
      const address = parseInterfaceAddress(written)?.text;
      return address === undefined ? [] : [{ address, device, mac }];
    });
  });
}

/** Whoever knew somebody else under these addresses learns of the VE. */
async function announceOwn(
  ports: AttachmentPorts,
  interfaces: readonly NetworkInterface[],
  present: readonly LinkInfo[],
  context: Context,
): Promise<void> {
  for (const one of bridged(interfaces)) {
    const own = neighboursOf([one], present).map((neighbour) => ({ ...neighbour, mac: one.mac }));
    await announce(ports, own, (line) => context.log(line));
  }
}

/** VE root may give a device another name, hardware address and alias, but no other number. */
async function noteLent(
  ports: AttachmentPorts,
  ve: Pick<VeLink, 'uuid'>,
  one: NetworkInterface,
  pid: number,
): Promise<void> {
  const lent = (await ports.links.listInside(pid)).find(({ name }) => name === one.name);
  if (lent !== undefined)
    await ports.files.writeAtomic(noteOf(ports, ve, one), String(lent.index), { durable: false });
}

function noteOf(
  { namespaceOf }: AttachmentPorts,
  { uuid }: Pick<VeLink, 'uuid'>,
  one: NetworkInterface,
): string {
  return `${namespaceOf(uuid)}-${one.index}`;
}

async function keepNamespace({ files, mounts, namespaceOf }: AttachmentPorts, uuid: string, pid: number) {
  const target = namespaceOf(uuid);
  if (await mounts.isMounted(target)) return;
  await files.writeAtomic(target, '', { durable: false });
  await mounts.bind({ source: `/proc/${pid}/ns/net`, target });
}
