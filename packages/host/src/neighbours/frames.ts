/** Ethernet frames of ARP (RFC 826) and neighbour discovery (RFC 4861), as bytes. */

export const etherTypes = { arp: 0x0806, ipv6: 0x86dd } as const;

const arpRequest = 1;
const arpReply = 2;
const neighbourSolicitation = 135;
const neighbourAdvertisement = 136;
const everybody = 'ff:ff:ff:ff:ff:ff';
/** A neighbour that moved overrides what others remember (RFC 4861, 7.2.6). */
const overrideFlag = 0x2000_0000;

/** Who claims an address, according to a frame; null when it says nothing of that kind. */
export interface Claim {
  readonly address: Buffer;
  readonly mac: string;
}

/** Asks who has an IPv4 address; with `announced` set, says that we do. */
export function arpFrame(mac: string, address: Buffer, announced: boolean): Buffer {
  const own = macBytes(mac);
  const body = Buffer.alloc(28);
  body.writeUInt16BE(1, 0);
  body.writeUInt16BE(0x0800, 2);
  body.writeUInt8(6, 4);
  body.writeUInt8(4, 5);
  body.writeUInt16BE(arpRequest, 6);
  own.copy(body, 8);
  if (announced) address.copy(body, 14);
  address.copy(body, 24);
  return Buffer.concat([ethernet(everybody, mac, etherTypes.arp), body]);
}

/** Asks who has an IPv6 address, from the unspecified one. */
export function solicitationFrame(mac: string, address: Buffer): Buffer {
  const group = Buffer.from('ff0200000000000000000001ff000000', 'hex');
  address.copy(group, 13, 13);
  const message = Buffer.alloc(24);
  message.writeUInt8(neighbourSolicitation, 0);
  address.copy(message, 8);
  const groupMac = `33:33:${hex(group.subarray(12))}`;
  return ipv6Frame({ mac, to: groupMac, source: Buffer.alloc(16), destination: group, message });
}

/** Says to all that an IPv6 address is ours. */
export function advertisementFrame(mac: string, address: Buffer): Buffer {
  const allNodes = Buffer.from('ff020000000000000000000000000001', 'hex');
  const message = Buffer.alloc(32);
  message.writeUInt8(neighbourAdvertisement, 0);
  message.writeUInt32BE(overrideFlag, 4);
  address.copy(message, 8);
  // option: target link-layer address, in units of eight bytes
  message.writeUInt8(2, 24);
  message.writeUInt8(1, 25);
  macBytes(mac).copy(message, 26);
  return ipv6Frame({ mac, to: '33:33:00:00:00:01', source: address, destination: allNodes, message });
}

/** What a frame says about who has an address. A solicitation without a source comes from somebody who is about to take it. */
export function claimOf(frame: Buffer): Claim | null {
  if (frame.length < 42) return null;
  const type = frame.readUInt16BE(12);
  const mac = hex(frame.subarray(6, 12));
  if (type === etherTypes.arp) return arpClaim(frame.subarray(14));
  if (type !== etherTypes.ipv6 || frame.length < 14 + 40 + 24 || frame.readUInt8(20) !== 58) return null;
  const message = frame.subarray(54);
  const kind = message.readUInt8(0);
  const isUnspecified = frame.subarray(22, 38).every((byte) => byte === 0);
  if (kind === neighbourAdvertisement || (kind === neighbourSolicitation && isUnspecified))
    return { address: Buffer.from(message.subarray(8, 24)), mac };
  return null;
}

function arpClaim(body: Buffer): Claim | null {
  if (body.length < 28 || body.readUInt16BE(0) !== 1 || body.readUInt16BE(2) !== 0x0800) return null;
  const mac = hex(body.subarray(8, 14));
  const operation = body.readUInt16BE(6);
  const source = body.subarray(14, 18);
  if (operation !== arpRequest && operation !== arpReply) return null;
  // a probe: its sender has no address yet, and is about to take the one it asks for
  if (source.every((byte) => byte === 0)) return { address: Buffer.from(body.subarray(24, 28)), mac };
  return { address: Buffer.from(source), mac };
}

function ethernet(to: string, from: string, type: number): Buffer {
  const header = Buffer.alloc(14);
  macBytes(to).copy(header, 0);
  macBytes(from).copy(header, 6);
  header.writeUInt16BE(type, 12);
  return header;
}

interface Ipv6Packet {
  readonly mac: string;
  readonly to: string;
  readonly source: Buffer;
  readonly destination: Buffer;
  /** ICMPv6 message whose checksum is not filled in. */
  readonly message: Buffer;
}

function ipv6Frame({ mac, to, source, destination, message }: Ipv6Packet): Buffer {
  const header = Buffer.alloc(40);
  header.writeUInt8(0x60, 0);
  header.writeUInt16BE(message.length, 4);
  header.writeUInt8(58, 6);
  // receivers drop neighbour discovery that a router could have passed on
  header.writeUInt8(255, 7);
  source.copy(header, 8);
  destination.copy(header, 24);
  const pseudo = Buffer.alloc(8);
  pseudo.writeUInt32BE(message.length, 0);
  pseudo.writeUInt8(58, 7);
  message.writeUInt16BE(checksum(Buffer.concat([source, destination, pseudo, message])), 2);
  return Buffer.concat([ethernet(to, mac, etherTypes.ipv6), header, message]);
}

/** The internet checksum (RFC 1071) of an even number of bytes. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function macBytes(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').match(/../g)?.join(':') ?? '';
}
