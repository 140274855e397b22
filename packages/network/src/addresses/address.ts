import { Address4, Address6 } from 'ip-address';

export type Family = 'ipv4' | 'ipv6';

/** An address as a number, which is what ranges are made of. */
export interface ParsedAddress {
  readonly family: Family;
  readonly value: bigint;
}

/** The last numbers there are. */
const lastOf: Readonly<Record<Family, bigint>> = { ipv4: 2n ** 32n - 1n, ipv6: 2n ** 128n - 1n };

const bitsOf: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };

/** An address without prefix or zone; null for anything else. Leading zeros are refused: octal to some, decimal to others. */
export function parseAddress(text: string): ParsedAddress | null {
  if (/[/%]/.test(text)) return null;
  if (text.includes(':')) {
    return Address6.isValid(text) ? { family: 'ipv6', value: new Address6(text).bigInt() } : null;
  }
  if (!Address4.isValid(text) || /(?:^|\.)0\d/.test(text)) return null;
  return { family: 'ipv4', value: new Address4(text).bigInt() };
}

/** The one way an address is written here: RFC 5952 for IPv6. */
export function formatAddress({ family, value }: ParsedAddress): string {
  return family === 'ipv4'
    ? Address4.fromBigInt(value).correctForm()
    : Address6.fromBigInt(value).correctForm();
}

/** The one way that an address is written; null when it is none. */
export function canonicalAddress(text: string): string | null {
  const parsed = parseAddress(text);
  return parsed === null ? null : formatAddress(parsed);
}

export function familyOf(address: string): Family {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/** The number of bits of a host route. */
export function hostPrefix(address: string): string {
  return `${address}/${bitsOf[familyOf(address)]}`;
}

/** From the first to the last address, both included. */
export interface AddressRange {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** `FIRST-LAST`, a prefix, or one address; null for anything else, and for a prefix that has bits set behind it. */
export function parseRange(text: string): AddressRange | null {
  const [left = '', right] = text.split('-');
  if (right !== undefined) return between(parseAddress(left), parseAddress(right));
  const [base = '', bits] = text.split('/');
  const first = parseAddress(base);
  if (bits === undefined) return between(first, first);
  if (first === null || !/^\d{1,3}$/.test(bits) || Number(bits) > bitsOf[first.family]) return null;
  const size = 2n ** BigInt(bitsOf[first.family] - Number(bits));
  if (first.value % size !== 0n) return null;
  return { family: first.family, first: first.value, last: first.value + size - 1n };
}

function between(first: ParsedAddress | null, last: ParsedAddress | null): AddressRange | null {
  if (first === null || last === null || first.family !== last.family || first.value > last.value)
    return null;
  return { family: first.family, first: first.value, last: last.value };
}

export function contains(range: AddressRange, { family, value }: ParsedAddress): boolean {
  return range.family === family && range.first <= value && value <= range.last;
}

export function overlap(one: AddressRange, other: AddressRange): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}

/** What remains of a range without others. */
export function without(range: AddressRange, holes: readonly AddressRange[]): readonly AddressRange[] {
  let parts: readonly AddressRange[] = [range];
  for (const hole of holes) {
    parts = parts.flatMap((part) => {
      if (!overlap(part, hole)) return [part];
      return [
        ...(part.first < hole.first ? [{ ...part, last: hole.first - 1n }] : []),
        ...(hole.last < part.last ? [{ ...part, first: hole.last + 1n }] : []),
      ];
    });
  }
  return parts;
}

/** Addresses that mean nobody, everybody or the machine itself: no pool gives them out. */
const special: readonly AddressRange[] = [
  '0.0.0.0/8',
  '127.0.0.0/8',
  '224.0.0.0/3',
  '::/127',
  'fe80::/10',
  'ff00::/8',
  '::ffff:0:0/96',
].flatMap((text) => parseRange(text) ?? []);

export function isSpecial(range: AddressRange): boolean {
  return special.some((one) => overlap(one, range)) || range.last > lastOf[range.family];
}

const privatePrefixes: readonly AddressRange[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
].flatMap((text) => parseRange(text) ?? []);

/** Whether a range lies in what no router of the world knows (RFC 1918, 4193, 6598). */
export function isPrivate(range: AddressRange): boolean {
  return privatePrefixes.some(
    (one) => one.family === range.family && one.first <= range.first && range.last <= one.last,
  );
}
