import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalAddress, contains, formatAddress, parseAddress, parseRange, without } from './address.ts';

const addresses = fc.oneof(
  fc.bigInt(0n, 2n ** 32n - 1n).map((value) => ({ family: 'ipv4' as const, value })),
  fc.bigInt(0n, 2n ** 128n - 1n).map((value) => ({ family: 'ipv6' as const, value })),
);

test('an address that is written is read again', () => {
  fc.assert(
    fc.property(addresses, (address) => {
      expect(parseAddress(formatAddress(address))).toEqual(address);
      expect(canonicalAddress(formatAddress(address))).toBe(formatAddress(address));
    }),
  );
});

test('a range without others holds what they do not hold, and nothing else', () => {
  const range = fc
    .tuple(fc.bigInt(0n, 20n), fc.bigInt(0n, 20n))
    .map(([first, length]) => ({ family: 'ipv4' as const, first, last: first + length }));
  fc.assert(
    fc.property(range, fc.array(range, { maxLength: 4 }), (whole, holes) => {
      const parts = without(whole, holes);
      for (let value = 0n; value <= 40n; value += 1n) {
        const address = { family: 'ipv4' as const, value };
        const expected = contains(whole, address) && !holes.some((hole) => contains(hole, address));
        expect(parts.filter((part) => contains(part, address)).length).toBe(expected ? 1 : 0);
      }
    }),
  );
});

test('prefixes, ranges and single addresses are read, and nothing else is', () => {
  expect(parseRange('10.0.0.0/30')).toEqual({ family: 'ipv4', first: 0x0a00_0000n, last: 0x0a00_0003n });
  expect(parseRange('::5-::9')).toEqual({ family: 'ipv6', first: 5n, last: 9n });
  expect(parseRange('10.0.0.1')).toEqual({ family: 'ipv4', first: 0x0a00_0001n, last: 0x0a00_0001n });
  for (const text of ['', '10.0.0.1/30', '10.0.0.9-10.0.0.1', '10.0.0.1-::9', '10.0.0.0/33', 'a-b', '1-2-3'])
    expect(parseRange(text)).toBeNull();
});
