import { fault } from '@insula/contract';
import { Address4 } from 'ip-address';

/**
 * IPv4 addresses for VEs. The network's own address, the first one (the node's side) and the broadcast address are never
 * given out, so that the pool can also stand as a subnet somewhere.
 */
export interface AddressPool {
  readonly cidr: string;
  /** First and last address that a VE may have, as unsigned 32-bit numbers. */
  readonly first: number;
  readonly last: number;
}

/** Addresses that are given out, and the VE that each belongs to. */
export type TakenAddresses = ReadonlyMap<string, string>;

/**
 * The pool of a prefix such as '10.101.0.0/16'.
 * @throws CodedError invalid_input when it is no prefix, has bits set behind it, or holds fewer than four addresses
 */
export function parseAddressPool(cidr: string): AddressPool {
  const refuse = (problem: string) => fault('invalid_input', { field: 'network.pool', problem });
  if (!cidr.includes('/') || !Address4.isValid(cidr))
    throw refuse(`"${cidr}" is no prefix such as 10.101.0.0/16`);
  const prefix = new Address4(cidr);
  if (prefix.subnetMask > 30) throw refuse(`${cidr} is too small: give a prefix of 30 bits or fewer`);
  const network = prefix.startAddress();
  if (network.bigInt() !== prefix.bigInt()) {
    throw refuse(
      `${cidr} has bits set behind its prefix: meant ${network.correctForm()}/${prefix.subnetMask}?`,
    );
  }
  const start = Number(network.bigInt());
  const broadcast = Number(prefix.endAddress().bigInt());
  return { cidr: `${network.correctForm()}/${prefix.subnetMask}`, first: start + 2, last: broadcast - 1 };
}

/**
 * The lowest address that is free.
 * @throws CodedError no_address
 */
export function nextAddress(pool: AddressPool, taken: TakenAddresses): string {
  for (let number = pool.first; number <= pool.last; number += 1) {
    const address = formatAddress(number);
    if (!taken.has(address)) return address;
  }
  throw fault('no_address', { pool: pool.cidr });
}

/**
 * The addresses of a VE: those wanted, after checks, or the next free one when none are named. An empty list is a choice, too.
 * `taken` must not hold the VE's own addresses.
 * @throws CodedError invalid_input (field `addresses`), address_taken, no_address
 */
export function chooseAddresses(
  pool: AddressPool,
  wanted: readonly string[] | undefined,
  taken: TakenAddresses,
): readonly string[] {
  if (wanted === undefined) return [nextAddress(pool, taken)];
  const chosen = new Set<string>();
  for (const address of wanted) {
    const problem = chosen.has(address) ? `${address} is named twice` : problemOf(pool, address);
    if (problem !== null) throw fault('invalid_input', { field: 'addresses', problem });
    const owner = taken.get(address);
    if (owner !== undefined) throw fault('address_taken', { address, ve: owner });
    chosen.add(address);
  }
  return [...chosen];
}

/** Why a VE cannot have an address, whoever else has it; null when it can. */
function problemOf(pool: AddressPool, address: string): string | null {
  // 010.1.1.1 is octal to some and decimal to others: nobody may have it
  if (address.includes('/') || !Address4.isValid(address) || /(?:^|\.)0\d/.test(address)) {
    return `"${address}" is no IPv4 address`;
  }
  const number = Number(new Address4(address).bigInt());
  const range = `${formatAddress(pool.first)} to ${formatAddress(pool.last)}`;
  if (number >= pool.first && number <= pool.last) return null;
  return `${address} is not among the addresses for VEs in ${pool.cidr} (${range})`;
}

function formatAddress(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 0xff).join('.');
}
