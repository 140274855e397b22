import { CodedError } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chooseAddresses, nextAddress, parseAddressPool } from './address-pool.ts';

const none = new Map<string, string>();

const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof CodedError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
};

test('the first address given out is the one behind the node’s own', () => {
  expect(nextAddress(parseAddressPool('10.101.0.0/16'), none)).toBe('10.101.0.2');
  expect(nextAddress(parseAddressPool('255.255.255.252/30'), none)).toBe('255.255.255.254');
});

test('no address is given out twice, none is reserved, and the pool ends in no_address', () => {
  const pools = fc.tuple(fc.nat(0xffffff), fc.integer({ min: 24, max: 30 })).map(([number, bits]) => {
    const host = 2 ** (32 - bits);
    const start = Math.floor((number * 256) / host) * host;
    return {
      start,
      size: host,
      cidr: `${start >>> 24}.${(start >>> 16) & 255}.${(start >>> 8) & 255}.${start & 255}/${bits}`,
    };
  });
  fc.assert(
    fc.property(pools, ({ cidr, size }) => {
      const pool = parseAddressPool(cidr);
      const taken = new Map<string, string>();
      for (let count = 0; count < size - 3; count += 1) {
        const address = nextAddress(pool, taken);
        expect(taken.has(address)).toBe(false);
        expect(chooseAddresses(pool, [address], taken)).toEqual([address]);
        taken.set(address, `ve${count}`);
      }
      expect(codeOf(() => nextAddress(pool, taken))).toBe(`no_address: no free address in ${cidr}`);
    }),
    { numRuns: 30 },
  );
});

test('an address that was given back is given out again', () => {
  const pool = parseAddressPool('10.0.0.0/24');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 2, max: 254 }), { minLength: 1, maxLength: 253 }),
      (free) => {
        const taken = new Map<string, string>();
        for (let last = 2; last <= 254; last += 1)
          if (!free.includes(last)) taken.set(`10.0.0.${last}`, 've');
        expect(nextAddress(pool, taken)).toBe(`10.0.0.${Math.min(...free)}`);
      },
    ),
  );
});

test('wanted addresses are kept in their order, and an empty list stays empty', () => {
  const pool = parseAddressPool('10.101.0.0/16');
  expect(chooseAddresses(pool, ['10.101.3.9', '10.101.0.2'], none)).toEqual(['10.101.3.9', '10.101.0.2']);
  expect(chooseAddresses(pool, [], none)).toEqual([]);
  expect(chooseAddresses(pool, undefined, new Map([['10.101.0.2', 'web1']]))).toEqual(['10.101.0.3']);
});

test('an address of another VE is refused with that VE’s name', () => {
  const pool = parseAddressPool('10.101.0.0/16');
  const taken = new Map([['10.101.0.2', 'web1']]);
  expect(codeOf(() => chooseAddresses(pool, ['10.101.0.9', '10.101.0.2'], taken))).toBe(
    'address_taken: address 10.101.0.2 belongs to VE web1',
  );
});

test.for([
  [
    '10.102.0.1',
    '10.102.0.1 is not among the addresses for VEs in 10.101.0.0/16 (10.101.0.2 to 10.101.255.254)',
  ],
  [
    '10.101.0.0',
    '10.101.0.0 is not among the addresses for VEs in 10.101.0.0/16 (10.101.0.2 to 10.101.255.254)',
  ],
  [
    '10.101.0.1',
    '10.101.0.1 is not among the addresses for VEs in 10.101.0.0/16 (10.101.0.2 to 10.101.255.254)',
  ],
  [
    '10.101.255.255',
    '10.101.255.255 is not among the addresses for VEs in 10.101.0.0/16 (10.101.0.2 to 10.101.255.254)',
  ],
  ['10.101.0.05', '"10.101.0.05" is no IPv4 address'],
  ['10.101.0.5/24', '"10.101.0.5/24" is no IPv4 address'],
  ['10.101.5', '"10.101.5" is no IPv4 address'],
  ['', '"" is no IPv4 address'],
] as const)('the address "%s" is refused', ([address, problem]) => {
  const pool = parseAddressPool('10.101.0.0/16');
  expect(codeOf(() => chooseAddresses(pool, [address], none))).toBe(`invalid_input: addresses: ${problem}`);
});

test('an address named twice is refused', () => {
  const pool = parseAddressPool('10.101.0.0/16');
  expect(codeOf(() => chooseAddresses(pool, ['10.101.0.5', '10.101.0.5'], none))).toBe(
    'invalid_input: addresses: 10.101.0.5 is named twice',
  );
});

test.for([
  ['10.101.0.0', '"10.101.0.0" is no prefix such as 10.101.0.0/16'],
  ['10.101.0/16', '"10.101.0/16" is no prefix such as 10.101.0.0/16'],
  ['10.101.0.0/31', '10.101.0.0/31 is too small: give a prefix of 30 bits or fewer'],
  ['10.101.3.7/16', '10.101.3.7/16 has bits set behind its prefix: meant 10.101.0.0/16?'],
] as const)('the pool "%s" is refused', ([cidr, problem]) => {
  expect(codeOf(() => parseAddressPool(cidr))).toBe(`invalid_input: network.pool: ${problem}`);
});
