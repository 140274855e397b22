import { fault, type NodeConfig } from '@insula/contract';
import { type AddressRange, type Family, formatAddress, parseRange, without } from './addresses/address.ts';
import type { Chain, NamedSet } from './ruleset-text.ts';

/** Class 0 is not counted, class 1 is everything that no other class says. */
export const restClass = 1;

/** The set that counts, for each link, what it sent under an address that is not its own. */
export const spoofedSet = 'spoofed';

export type Direction = 'in' | 'out';

/** The networks of a class. */
export interface ClassRange {
  readonly class: number;
  readonly range: AddressRange;
}

type ClassesConfig = NodeConfig['network']['classes'];

/** The set that counts what VEs send or receive in a class. */
export function trafficSet(direction: Direction, family: Family, number: number): string {
  return `${direction}${family === 'ipv4' ? '4' : '6'}_${number}`;
}

/** What a set of `trafficSet` counts; null for another one. */
export function trafficOf(
  set: string,
): { readonly direction: Direction; readonly family: Family; readonly class: number } | null {
  const parts = /^(in|out)([46])_(\d{1,2})$/.exec(set);
  if (parts === null) return null;
  return {
    direction: parts[1] === 'in' ? 'in' : 'out',
    family: parts[2] === '4' ? 'ipv4' : 'ipv6',
    class: Number(parts[3]),
  };
}

/**
 * The networks of all classes without overlap: of two that hold an address, the smaller one counts.
 * @throws CodedError invalid_input for a prefix that is none, or that two classes have
 */
export function parseClasses(classes: ClassesConfig): readonly ClassRange[] {
  const named = classes.flatMap(({ class: number, prefixes }, index) =>
    prefixes.map((prefix) => {
      const range = parseRange(prefix);
      if (range !== null) return { class: number, range, prefix };
      throw refuse(index, `"${prefix}" is no prefix, or has bits set behind it`);
    }),
  );
  const texts = named.map(({ prefix }) => prefix);
  const twice = texts.find((prefix, index) => texts.indexOf(prefix) !== index);
  if (twice !== undefined) throw refuse(0, `${twice} is named twice`);
  const smallestFirst = named.toSorted((a, b) => (size(a.range) < size(b.range) ? -1 : 1));
  const flat: ClassRange[] = [];
  for (const { class: number, range } of smallestFirst) {
    const taken = flat.map((one) => one.range);
    flat.push(...without(range, taken).map((part) => ({ class: number, range: part })));
  }
  return flat;
}

const refuse = (index: number, problem: string) =>
  fault('invalid_input', { field: `network.classes[${index}]`, problem });

const size = ({ first, last }: AddressRange) => last - first;

/** The classes of which traffic is counted. */
function countedClasses(ranges: readonly ClassRange[]): readonly number[] {
  return [...new Set([restClass, ...ranges.map((one) => one.class)])]
    .filter((one) => one !== 0)
    .sort((a, b) => a - b);
}

const families = ['ipv4', 'ipv6'] as const;
const directions = ['out', 'in'] as const;

/** Names of all sets that count. */
export function trafficSets(ranges: readonly ClassRange[]): readonly string[] {
  return directions.flatMap((direction) =>
    families.flatMap((family) => countedClasses(ranges).map((one) => trafficSet(direction, family, one))),
  );
}

/** Verdict maps from the address of the other side to the chain that counts; empty families need none. */
export function classMaps(ranges: readonly ClassRange[]): readonly NamedSet[] {
  return directions.flatMap((direction) =>
    families.map((family) => ({
      name: `classes_${direction}${family === 'ipv4' ? '4' : '6'}`,
      type: family === 'ipv4' ? 'ipv4_addr' : 'ipv6_addr',
      data: 'verdict',
      flags: 'interval',
      elements: ranges
        .filter(({ range }) => range.family === family)
        .map(
          ({ class: number, range }) =>
            `${rangeText(range)} : goto count_${trafficSet(direction, family, number)}`,
        ),
    })),
  );
}

function rangeText({ family, first, last }: AddressRange): string {
  const from = formatAddress({ family, value: first });
  return first === last ? from : `${from}-${formatAddress({ family, value: last })}`;
}

/**
 * Chains that count what VEs send and receive, at the door of each: before anything is translated or dropped by the firewall on
 * the way out, after it on the way in. One look-up by interface, and one by address where there are classes.
 */
export function trafficChains(
  ranges: readonly ClassRange[],
  place: 'inet' | 'bridge' = 'inet',
): readonly Chain[] {
  const isOf = (family: Family) =>
    place === 'inet' ? `meta nfproto ${family}` : `ether type ${family === 'ipv4' ? 'ip' : 'ip6'}`;
  const counters = directions.flatMap((direction) =>
    families.flatMap((family) =>
      [0, ...countedClasses(ranges)]
        .filter((number) => number !== restClass)
        .filter((number) => ranges.some((one) => one.range.family === family && one.class === number))
        .map((number) => ({
          name: `count_${trafficSet(direction, family, number)}`,
          rules: number === 0 ? [] : [countRule(direction, family, number)],
        })),
    ),
  );
  const rest = directions.flatMap((direction) =>
    families.map((family) => ({
      name: `count_${trafficSet(direction, family, restClass)}`,
      rules: [
        ...(ranges.some(({ range }) => range.family === family) ? [classRule(direction, family)] : []),
        countRule(direction, family, restClass),
      ],
    })),
  );
  return [
    ...counters,
    ...rest,
    {
      name: 'received',
      // behind the translation of sources
      hook: 'type filter hook postrouting priority 200; policy accept;',
      rules: [
        'oifname != @links accept',
        ...families.map((family) => `${isOf(family)} goto count_${trafficSet('in', family, restClass)}`),
      ],
    },
  ];
}

function classRule(direction: Direction, family: Family): string {
  const [word, end] = family === 'ipv4' ? ['ip', '4'] : ['ip6', '6'];
  return `${word} ${direction === 'in' ? 'saddr' : 'daddr'} vmap @classes_${direction}${end}`;
}

function countRule(direction: Direction, family: Family, number: number): string {
  return `update @${trafficSet(direction, family, number)} { ${direction === 'in' ? 'oifname' : 'iifname'} counter }`;
}
