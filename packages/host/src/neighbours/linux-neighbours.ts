import { closeSync } from 'node:fs';
import { BlockList, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { deviceIndex, openPacketSocket, receiveFrame, sendFrame } from '../syscalls/packet-calls.ts';
import { advertisementFrame, arpFrame, claimOf, etherTypes, solicitationFrame } from './frames.ts';
import type { LocalNetwork, NeighbourOptions, Neighbours, Probe } from './neighbours.ts';

/** Milliseconds between two questions, and between two looks at what was answered. */
const questionInterval = 150;
const lookInterval = 10;

/** ARP and neighbour discovery over packet sockets (packet(7)), which belong to the network namespace of this process. */
export class LinuxNeighbours implements Neighbours {
  localNetworks(): readonly LocalNetwork[] {
    return Object.entries(networkInterfaces()).flatMap(([device, addresses]) =>
      (addresses ?? [])
        .filter(({ internal }) => !internal)
        .map(({ address, mac, cidr }) => ({
          device,
          mac,
          address,
          prefixLength: Number(cidr?.split('/')[1] ?? 0),
        })),
    );
  }

  async probe(
    { device, mac, address, timeoutMs }: Probe,
    { signal }: NeighbourOptions = {},
  ): Promise<string | null> {
    const wanted = addressBytes(address);
    const frame = isIPv6(address) ? solicitationFrame(mac, wanted) : arpFrame(mac, wanted, false);
    const own = new Set(this.localNetworks().map((network) => network.mac));
    const socket = this.#open(device, address);
    try {
      const end = Date.now() + timeoutMs;
      for (let next = 0; Date.now() < end; ) {
        if (Date.now() >= next) {
          sendFrame(socket, frame, device);
          next = Date.now() + questionInterval;
        }
        for (let answer = receiveFrame(socket); answer !== null; answer = receiveFrame(socket)) {
          const claim = claimOf(answer);
          if (claim?.address.equals(wanted) === true && !own.has(claim.mac)) return claim.mac;
        }
        await delay(lookInterval, undefined, signal === undefined ? {} : { signal });
      }
      return null;
    } finally {
      closeSync(socket);
    }
  }

  async announce({ device, mac, address }: Omit<Probe, 'timeoutMs'>): Promise<void> {
    const bytes = addressBytes(address);
    const frame = isIPv6(address) ? advertisementFrame(mac, bytes) : arpFrame(mac, bytes, true);
    const socket = this.#open(device, address);
    try {
      sendFrame(socket, frame, device);
    } finally {
      closeSync(socket);
    }
  }

  #open(device: string, address: string): number {
    return openPacketSocket(deviceIndex(device), isIPv6(address) ? etherTypes.ipv6 : etherTypes.arp, device);
  }
}

/** The bytes of an address on the wire. */
export const addressBytes = (address: string): Buffer => {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string) =>
    (text === '' ? [] : text.split(':')).map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => 0);
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...first, ...zeros, ...last].entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
};

/** Whether an address lies in the prefix of one of the node's networks. */
export const isOnLink = ({ address: own, prefixLength }: LocalNetwork, address: string): boolean => {
  if (isIPv6(own) !== isIPv6(address)) return false;
  const family = isIPv6(own) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(own, prefixLength, family);
  return list.check(address, family);
};
