import { fault } from '@insula/contract';
import type { AddressRange } from './addresses/address.ts';
import { formatAddress } from './addresses/address.ts';
import { bridged, portName } from './interfaces/interface.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import { type ClassRange, type Direction, restClass } from './traffic-classes.ts';
import type { VeLink } from './ve-link.ts';

/** How fast a VE may send or receive in one class. */
export interface Rate {
  readonly direction: Direction;
  readonly class: number;
  /** 1000 bits per second. */
  readonly rate: number;
  readonly ceil: number;
}

type Shaped = Pick<VeLink, 'ctid' | 'rates' | 'ratebound' | 'interfaces'>;

/**
 * The rates of a VE: `DIRECTION:CLASS:KBIT[:CEIL]`. Without a ceil, and with ratebound, the rate is all there is.
 * @throws CodedError invalid_input (field `rates`)
 */
export function parseRates({ rates, ratebound }: Pick<Shaped, 'rates' | 'ratebound'>): readonly Rate[] {
  const refuse = (problem: string) => fault('invalid_input', { field: 'rates', problem });
  const seen = new Set<string>();
  return rates.map((text) => {
    const parts = /^(in|out):(\d{1,2}):(\d{1,9})(?::(\d{1,9}))?$/.exec(text);
    if (parts === null) throw refuse(`${text}: no DIRECTION:CLASS:KBIT[:CEIL]`);
    const [direction, number] = [parts[1] === 'in' ? 'in' : 'out', Number(parts[2])] as const;
    const rate = Number(parts[3]);
    const ceil = ratebound ? rate : Number(parts[4] ?? rate);
    if (number < 1 || number > 15) throw refuse(`${text}: classes go from 1 to 15`);
    if (rate < 8 || rate > 100_000_000) throw refuse(`${text}: rates go from 8 Kbit/s to 100 Gbit/s`);
    if (ceil < rate || ceil > 100_000_000)
      throw refuse(`${text}: the ceil is below the rate, or above 100 Gbit/s`);
    const key = `${direction}:${number}`;
    if (seen.has(key)) throw refuse(`${key} has two rates`);
    seen.add(key);
    return { direction, class: number, rate, ceil };
  });
}

/** The device that what a VE sends passes before the node takes it in: only there can it wait its turn. */
export function queueLinkName(config: Pick<NetworkConfig, 'interfacePrefix'>, ctid: number): string {
  return `${config.interfacePrefix}q${ctid}`;
}

export function isShaped({ rates }: Pick<Shaped, 'rates'>, direction?: Direction): boolean {
  return direction === undefined ? rates.length > 0 : rates.some((rate) => rate.startsWith(`${direction}:`));
}

/** Lines for `ip -batch` that make the queue's device. */
export function compileQueueLink(config: NetworkConfig, ve: Shaped): readonly string[] {
  if (!isShaped(ve, 'out')) return [];
  const queue = queueLinkName(config, ve.ctid);
  return [
    `link add name ${queue} type ifb`,
    `link set dev ${queue} addrgenmode none`,
    `link set dev ${queue} up`,
  ];
}

/** The node's ends of all links of a VE. */
function linksOf(config: NetworkConfig, { ctid, interfaces }: Shaped): readonly string[] {
  return [hostLinkName(config, ctid), ...bridged(interfaces).map((one) => portName(config, ctid, one))];
}

/**
 * Lines for `tc -batch` that shape a VE whose links are bare. What it receives waits before the link that it comes through, what it
 * sends through any of them in one device that they lead to. Classes without a rate do not wait.
 */
export function compileShaping(
  config: NetworkConfig,
  ve: Shaped,
  classes: readonly ClassRange[],
): readonly string[] {
  const rates = parseRates(ve);
  const links = linksOf(config, ve);
  const queue = queueLinkName(config, ve.ctid);
  const mpu = config.network.rateMpu;
  return [
    ...(isShaped(ve, 'in') ? links.flatMap((link) => treeLines(link, 'in', rates, classes, mpu)) : []),
    ...(isShaped(ve, 'out')
      ? [
          ...treeLines(queue, 'out', rates, classes, mpu),
          ...links.flatMap((link) => [
            `qdisc replace dev ${link} handle ffff: ingress`,
            `filter replace dev ${link} parent ffff: protocol all prio 1 handle 800::800 u32 match u32 0 0 action mirred egress redirect dev ${queue}`,
          ]),
        ]
      : []),
  ];
}

/** Lines that make links bare again, whatever is on them. */
export function compileUnshaping(config: NetworkConfig, ve: Shaped): readonly string[] {
  return linksOf(config, ve).flatMap((link) => [
    ...(isShaped(ve, 'in') ? [`qdisc replace dev ${link} root pfifo`, `qdisc delete dev ${link} root`] : []),
    ...(isShaped(ve, 'out')
      ? [`qdisc replace dev ${link} handle ffff: ingress`, `qdisc delete dev ${link} ingress`]
      : []),
  ]);
}

function treeLines(
  device: string,
  direction: Direction,
  all: readonly Rate[],
  classes: readonly ClassRange[],
  mpu: number,
): readonly string[] {
  const rates = all.filter((rate) => rate.direction === direction);
  const hasRest = rates.some((rate) => rate.class === restClass);
  const flow = (number: number) =>
    rates.some((rate) => rate.class === number) ? `1:${hex(leaf(number))}` : '1:0';
  return [
    `qdisc replace dev ${device} root pfifo`,
    // without a rate of its own, what no class says passes by
    `qdisc replace dev ${device} root handle 1: htb default ${hasRest ? hex(leaf(restClass)) : 0}`,
    ...rates.flatMap((rate) => classLines(device, rate, mpu)),
    ...classes.flatMap(({ class: number, range }) =>
      prefixesOf(range).map(({ prefix, bits }) =>
        filterLine({ device, direction, prefix, bits, flow: flow(number) }),
      ),
    ),
  ];
}

const leaf = (number: number) => 0x20 + number;
const hex = (number: number) => number.toString(16);

/** Bytes that may pass at once: what the rate brings in ten milliseconds, so that a busy machine makes up for its delays. */
const burstOf = (kbit: number) => Math.max(65_536, Math.ceil((kbit * 1000) / 8 / 100));

/** Packets that may wait: a tenth of a second of them, of full size. */
const queueOf = (kbit: number) => Math.min(10_000, Math.max(64, Math.ceil((kbit * 1000) / 8 / 10 / 1514)));

/** A class borrows up to its ceil from a parent that nobody else has. */
function classLines(device: string, { class: number, rate, ceil }: Rate, mpu: number): readonly string[] {
  const smallest = mpu > 0 ? ` mpu ${mpu}` : '';
  const [burst, ceilBurst] = [burstOf(rate), burstOf(ceil)];
  return [
    `class add dev ${device} parent 1: classid 1:${hex(0x10 + number)} htb rate ${ceil}kbit ceil ${ceil}kbit burst ${ceilBurst} cburst ${ceilBurst}${smallest} quantum 60000`,
    `class add dev ${device} parent 1:${hex(0x10 + number)} classid 1:${hex(leaf(number))} htb rate ${rate}kbit ceil ${ceil}kbit burst ${burst} cburst ${ceilBurst}${smallest} quantum 60000`,
    `qdisc add dev ${device} parent 1:${hex(leaf(number))} pfifo limit ${queueOf(ceil)}`,
  ];
}

interface Filter {
  readonly device: string;
  readonly direction: Direction;
  readonly prefix: string;
  readonly bits: number;
  readonly flow: string;
}

/** Ranges do not overlap, so that their order does not matter; families may not share a priority. */
function filterLine({ device, direction, prefix, bits, flow }: Filter): string {
  const side = direction === 'in' ? 'src' : 'dst';
  const isSix = prefix.includes(':');
  const [protocol, match, priority] = isSix ? ['ipv6', 'ip6', 2] : ['ip', 'ip', 1];
  return `filter add dev ${device} parent 1: protocol ${protocol} prio ${priority} u32 match ${match} ${side} ${prefix}/${bits} flowid ${flow}`;
}

/** The fewest prefixes that a range is made of. */
function prefixesOf({
  family,
  first,
  last,
}: AddressRange): readonly { readonly prefix: string; readonly bits: number }[] {
  const width = family === 'ipv4' ? 32 : 128;
  const prefixes: { prefix: string; bits: number }[] = [];
  for (let at = first; at <= last; ) {
    let size = 1n;
    let bits = width;
    while (bits > 0 && at % (size * 2n) === 0n && at + size * 2n - 1n <= last) {
      size *= 2n;
      bits -= 1;
    }
    prefixes.push({ prefix: formatAddress({ family, value: at }), bits });
    at += size;
  }
  return prefixes;
}
