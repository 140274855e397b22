import { fault, type NodeConfig } from '@insula/contract';
import {
  type AddressRange,
  contains,
  type Family,
  formatAddress,
  isPrivate,
  isSpecial,
  overlap,
  parseAddress,
  parseRange,
  without,
} from './address.ts';

type PoolConfig = NodeConfig['network']['pools'][number];

/** Addresses for VEs. All of it comes from the configuration; what is given out is what the specs of VEs say. */
export interface AddressPool {
  readonly name: string;
  readonly family: Family;
  readonly prefix: string;
  readonly whole: AddressRange;
  /** What VEs may have, in ascending order and without overlap. */
  readonly usable: readonly AddressRange[];
  /** What they may have without naming it. */
  readonly free: readonly AddressRange[];
  readonly automatic: boolean;
  readonly nat: boolean;
}

/** Addresses that are given out, and the VE that each belongs to. */
export type TakenAddresses = ReadonlyMap<string, string>;

type PoolsConfig = Pick<NodeConfig['network'], 'pool' | 'pools' | 'nat'>;

/**
 * The pools of a node, the one called "default" first. Of that, the first address is kept for the node, so that the pool can also
 * stand as a subnet somewhere; of no IPv4 pool the network's own and the broadcast address are given out, and of no IPv6 pool the
 * anycast address of routers.
 * @throws CodedError invalid_input naming the field: no prefix, bits behind it, too small, overlapping, ranges outside
 */
export function parsePools(network: PoolsConfig): readonly AddressPool[] {
  const first = parsePool(
    { name: 'default', prefix: network.pool, ranges: [], exclude: [], reserve: [], automatic: true },
    'network.pool',
    network,
  );
  const keepsNode = without(first.whole, [{ ...first.whole, last: first.whole.first + 1n }]);
  const pools: AddressPool[] = [
    { ...first, usable: cut(first.usable, keepsNode), free: cut(first.free, keepsNode) },
  ];
  for (const [index, config] of network.pools.entries()) {
    const field = `network.pools[${index}]`;
    const pool = parsePool(config, field, network);
    const rival = pools.find(({ name, whole }) => name === pool.name || overlap(whole, pool.whole));
    if (rival !== undefined) {
      const problem =
        rival.name === pool.name
          ? `two pools are called ${pool.name}`
          : `${pool.prefix} overlaps ${rival.prefix} of pool ${rival.name}`;
      throw fault('invalid_input', { field, problem });
    }
    pools.push(pool);
  }
  return pools;
}

/** The parts of some ranges that lie in others. */
function cut(ranges: readonly AddressRange[], within: readonly AddressRange[]): readonly AddressRange[] {
  return ranges.flatMap((range) => without(range, without(range, within)));
}

function parsePool(config: PoolConfig, field: string, network: Pick<PoolsConfig, 'nat'>): AddressPool {
  const refuse = (problem: string) => fault('invalid_input', { field, problem });
  const whole = config.prefix.includes('/') ? parseRange(config.prefix) : null;
  if (whole === null)
    throw refuse(`"${config.prefix}" is no prefix such as 10.101.0.0/16, or has bits set behind it`);
  if (isSpecial(whole)) throw refuse(`${config.prefix} holds addresses that no VE can have`);
  const rangesOf = (texts: readonly string[], what: string) =>
    texts.map((text) => {
      const range = parseRange(text);
      if (range === null) throw refuse(`"${text}" in ${what} is no range such as 10.0.0.5-10.0.0.9`);
      if (!overlap(range, whole) || range.first < whole.first || range.last > whole.last)
        throw refuse(`${text} in ${what} lies outside ${config.prefix}`);
      return range;
    });
  const listed = rangesOf(config.ranges, 'ranges').toSorted((a, b) => (a.first < b.first ? -1 : 1));
  for (const [index, range] of listed.entries()) {
    const next = listed[index + 1];
    if (next !== undefined && overlap(range, next)) throw refuse('two of its ranges overlap');
  }
  const holes = [...rangesOf(config.exclude, 'exclude'), ...ends(whole)];
  const usable = (listed.length === 0 ? [whole] : listed).flatMap((range) => without(range, holes));
  const reserved = rangesOf(config.reserve, 'reserve');
  if (usable.length === 0) throw refuse(`${config.prefix} leaves no address for VEs`);
  return {
    name: config.name,
    family: whole.family,
    prefix: config.prefix,
    whole,
    usable,
    free: usable.flatMap((range) => without(range, reserved)),
    automatic: config.automatic,
    nat: config.nat ?? (network.nat && isPrivate(whole)),
  };
}

function ends(whole: AddressRange): readonly AddressRange[] {
  if (whole.last - whole.first < 3n) return [];
  const firstOnly = { ...whole, last: whole.first };
  return whole.family === 'ipv6' ? [firstOnly] : [firstOnly, { ...whole, first: whole.last }];
}

/** How many addresses VEs can have of a pool. */
export function poolSize({ usable }: AddressPool): bigint {
  return usable.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
}

/** The pool that an address belongs to. */
export function poolOf(pools: readonly AddressPool[], address: string): AddressPool | undefined {
  const parsed = parseAddress(address);
  return parsed === null ? undefined : pools.find(({ whole }) => contains(whole, parsed));
}

/** The lowest address of a pool that is free and not reserved; null when there is none. */
function nextAddress(pool: AddressPool, taken: TakenAddresses): string | null {
  for (const { first, last } of pool.free) {
    for (let value = first; value <= last; value += 1n) {
      const address = formatAddress({ family: pool.family, value });
      if (!taken.has(address)) return address;
    }
  }
  return null;
}

/**
 * The addresses of a VE: those wanted, after checks (`pool:NAME` stands for the next free one of a pool), or when none are named
 * one of each family from the first automatic pool that has one. An empty list is a choice, too. `taken` must not hold the VE's
 * own addresses.
 * @throws CodedError invalid_input (field `addresses`), address_taken, no_address
 */
export function chooseAddresses(
  pools: readonly AddressPool[],
  wanted: readonly string[] | undefined,
  taken: TakenAddresses,
): readonly string[] {
  if (wanted === undefined) return automaticAddresses(pools, taken);
  const chosen = new Map<string, string>();
  for (const wish of wanted) {
    const address = wish.startsWith('pool:')
      ? addressFrom(pools, wish.slice(5), new Map([...taken, ...chosen]))
      : checkedAddress(pools, wish);
    if (chosen.has(address)) throw refuseAddress(`${address} is named twice`);
    const owner = taken.get(address);
    if (owner !== undefined) throw fault('address_taken', { address, ve: owner });
    chosen.set(address, 'this VE');
  }
  return [...chosen.keys()];
}

const refuseAddress = (problem: string) => fault('invalid_input', { field: 'addresses', problem });

function automaticAddresses(pools: readonly AddressPool[], taken: TakenAddresses): readonly string[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const candidates = pools.filter((pool) => pool.automatic && pool.family === family);
    for (const pool of candidates) {
      const address = nextAddress(pool, taken);
      if (address !== null) return [address];
    }
    const [first] = candidates;
    if (first === undefined) return [];
    throw fault('no_address', { pool: first.prefix });
  });
}

function addressFrom(pools: readonly AddressPool[], name: string, taken: TakenAddresses): string {
  const pool = pools.find((one) => one.name === name);
  if (pool === undefined) {
    const names = pools.map((one) => one.name).join(', ');
    throw refuseAddress(`there is no pool ${name}; there are ${names}`);
  }
  const address = nextAddress(pool, taken);
  if (address === null) throw fault('no_address', { pool: pool.prefix });
  return address;
}

function checkedAddress(pools: readonly AddressPool[], text: string): string {
  const parsed = parseAddress(text);
  if (parsed === null) throw refuseAddress(`"${text}" is no IPv4 or IPv6 address`);
  const pool = pools.find(({ whole }) => contains(whole, parsed));
  const ranges = pools
    .filter(({ family }) => family === parsed.family)
    .flatMap(({ prefix }) => prefix)
    .join(', ');
  if (pool === undefined)
    throw refuseAddress(`${text} is in no address pool of this node (${ranges || 'there is none'})`);
  if (!pool.usable.some((range) => contains(range, parsed)))
    throw refuseAddress(`${text} is not among the addresses for VEs in ${pool.prefix}`);
  return formatAddress(parsed);
}
