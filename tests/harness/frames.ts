import { run } from './programs.ts';

const hexOf = (text: string) => text.replaceAll(/[^0-9a-f]/gi, '');

/** An Ethernet frame, as hexadecimal digits; anything else in the parts is only for readers. */
export function frame(to: string, from: string, type: string, ...parts: readonly string[]): string {
  return [to, from, type, ...parts].map(hexOf).join('').padEnd(120, '0');
}

/** An IPv4 address as hexadecimal digits. */
function ipv4Hex(address: string): string {
  return address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');
}

/** An ARP message (RFC 826); operation 1 asks, 2 answers. */
export function arp(operation: 1 | 2, mac: string, address: string, target: string): string {
  return `0001 0800 06 04 000${operation} ${mac} ${ipv4Hex(address)} 000000000000 ${ipv4Hex(target)}`;
}

/** The checksum of an IPv4 header without one (RFC 1071): a bridge with netfilter drops what has another. */
function checksum(header: string): string {
  const words = header.match(/.{4}/g) ?? [];
  const sum = words.reduce((total, word) => total + Number.parseInt(word, 16), 0);
  return (~((sum & 0xffff) + (sum >>> 16)) & 0xffff).toString(16).padStart(4, '0');
}

/** An IPv4 packet with a UDP datagram in it, whose content is 'markmark'. */
export function udp(from: string, to: string, ports: readonly [number, number]): string {
  const word = (value: number) => value.toString(16).padStart(4, '0');
  const [head, addresses] = [hexOf('4500 0024 0000 0000 40 11'), ipv4Hex(from) + ipv4Hex(to)];
  const header = `${head} ${checksum(head + addresses)} ${addresses}`;
  return `${header} ${word(ports[0])} ${word(ports[1])} 0010 0000 6d61726b6d61726b`;
}

/** An IPv6 packet with an ICMPv6 message in it; addresses and message as hexadecimal digits. */
export function icmpv6(from: string, to: string, message: string): string {
  const length = (hexOf(message).length / 2).toString(16).padStart(4, '0');
  return `60000000 ${length} 3a ff ${from} ${to} ${message}`;
}

/** Puts frames on a device as they are, which root of a VE can do, too. Every Debian has a perl that knows sockets. */
export async function sendFrames(
  argv: (command: readonly string[]) => readonly string[],
  device: string,
  frames: readonly string[],
): Promise<void> {
  const [link] = JSON.parse(await run(argv(['ip', '-json', 'link', 'show', 'dev', device]))) as readonly {
    readonly ifindex: number;
  }[];
  const program =
    'my ($index, @frames) = @ARGV; socket(my $s, 17, 3, 0) or die $!; for (@frames) { send($s, pack("H*", $_), 0, pack("SnlSCCa8", 17, 3, $index, 0, 0, 6, "")) or die $! }';
  await run(argv(['perl', '-e', program, String(link?.ifindex ?? 0), ...frames]));
}
