import { CodedError } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AddressPool, chooseAddresses, parsePools, poolOf, poolSize } from './address-pool.ts';

type Config = Parameters<typeof parsePools>[0];
type Extra = Partial<Config['pools'][number]> & { readonly prefix: string };

const none = new Map<string, string>();

/** Pools beside a default one of 10.101.0.0/16. */
const pools = (...extra: readonly Extra[]): readonly AddressPool[] =>
  parsePools({
    pool: '10.101.0.0/16',
    nat: true,
    pools: extra.map((pool, index) => ({
      name: `p${index}`,
      ranges: [],
      exclude: [],
      reserve: [],
      automatic: true,
      ...pool,
    })),
  });
const poolsOf = (prefix: string) => parsePools({ pool: prefix, pools: [], nat: true });

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
  expect(chooseAddresses(poolsOf('10.101.0.0/16'), undefined, none)).toEqual(['10.101.0.2']);
  expect(chooseAddresses(poolsOf('192.168.255.252/30'), undefined, none)).toEqual(['192.168.255.254']);
});

test('no address is given out twice, none is reserved, and the pool ends in no_address', () => {
  const prefixes = fc.tuple(fc.nat(0xffff), fc.integer({ min: 24, max: 30 })).map(([number, bits]) => {
    const host = 2 ** (32 - bits);
    const start = 0x0a00_0000 + Math.floor((number * 256) / host) * host;
    return {
      size: host,
      cidr: `${start >>> 24}.${(start >>> 16) & 255}.${(start >>> 8) & 255}.${start & 255}/${bits}`,
    };
  });
  fc.assert(
    fc.property(prefixes, ({ cidr, size }) => {
      const all = poolsOf(cidr);
      const taken = new Map<string, string>();
      for (let count = 0; count < size - 3; count += 1) {
        const [address = ''] = chooseAddresses(all, undefined, taken);
        expect(taken.has(address)).toBe(false);
        expect(chooseAddresses(all, [address], taken)).toEqual([address]);
        taken.set(address, `ve${count}`);
      }
      expect(codeOf(() => chooseAddresses(all, undefined, taken))).toBe(
        `no_address: no free address in ${cidr}`,
      );
    }),
    { numRuns: 30 },
  );
});

test('an address that was given back is given out again', () => {
  const all = poolsOf('10.0.0.0/24');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 2, max: 254 }), { minLength: 1, maxLength: 253 }),
      (free) => {
        const taken = new Map<string, string>();
        for (let last = 2; last <= 254; last += 1)
          if (!free.includes(last)) taken.set(`10.0.0.${last}`, 've');
        expect(chooseAddresses(all, undefined, taken)).toEqual([`10.0.0.${Math.min(...free)}`]);
      },
    ),
  );
});

test('a new VE gets one address of each family, from the first automatic pool that has one', () => {
  const all = pools(
    { name: 'tiny', prefix: 'fd00:1::/127', ranges: ['fd00:1::1'] },
    { name: 'six', prefix: 'fd00:2::/64' },
    { name: 'public', prefix: '192.0.2.0/24', automatic: false },
  );
  expect(chooseAddresses(all, undefined, none)).toEqual(['10.101.0.2', 'fd00:1::1']);
  expect(chooseAddresses(all, undefined, new Map([['fd00:1::1', 'web1']]))).toEqual([
    '10.101.0.2',
    'fd00:2::1',
  ]);
});

test('ranges, exclusions and reservations bound what is given out, and reserved addresses can be named', () => {
  const all = pools({
    name: 'public',
    prefix: '192.0.2.0/24',
    ranges: ['192.0.2.10-192.0.2.14', '192.0.2.32/30'],
    exclude: ['192.0.2.11'],
    reserve: ['192.0.2.10', '192.0.2.13-192.0.2.14'],
  });
  const taken = new Map<string, string>();
  const given: string[] = [];
  for (let next = 0; next < 5; next += 1) {
    const [address = ''] = chooseAddresses(all, ['pool:public'], taken);
    given.push(address);
    taken.set(address, 've');
  }
  expect(given).toEqual(['192.0.2.12', '192.0.2.32', '192.0.2.33', '192.0.2.34', '192.0.2.35']);
  expect(codeOf(() => chooseAddresses(all, ['pool:public'], taken))).toMatch(/^no_address/);
  expect(chooseAddresses(all, ['192.0.2.14'], taken)).toEqual(['192.0.2.14']);
  expect(codeOf(() => chooseAddresses(all, ['192.0.2.11'], taken))).toContain(
    '192.0.2.11 is not among the addresses for VEs in 192.0.2.0/24',
  );
  expect(poolOf(all, '192.0.2.200')?.name).toBe('public');
  expect(all.map(poolSize)).toEqual([65_533n, 8n]);
});

test('two addresses of one pool are two', () => {
  const all = pools({ name: 'six', prefix: 'fd00:2::/64' });
  expect(chooseAddresses(all, ['pool:six', 'pool:six', 'pool:default'], none)).toEqual([
    'fd00:2::1',
    'fd00:2::2',
    '10.101.0.2',
  ]);
  expect(codeOf(() => chooseAddresses(all, ['pool:seven'], none))).toContain('there is no pool seven');
});

test('wanted addresses are kept in their order and their one spelling, and an empty list stays empty', () => {
  const all = pools({ name: 'six', prefix: 'fd00:2::/64' });
  expect(chooseAddresses(all, ['fd00:2:0::a0', '10.101.0.2'], none)).toEqual(['fd00:2::a0', '10.101.0.2']);
  expect(chooseAddresses(all, [], none)).toEqual([]);
});

test('an address of another VE is refused with that VE’s name', () => {
  const taken = new Map([['10.101.0.2', 'web1']]);
  expect(codeOf(() => chooseAddresses(pools(), ['10.101.0.9', '10.101.0.2'], taken))).toBe(
    'address_taken: address 10.101.0.2 belongs to VE web1',
  );
});

test.for([
  ['10.102.0.1', '10.102.0.1 is in no address pool of this node (10.101.0.0/16)'],
  ['fd00::1', 'fd00::1 is in no address pool of this node (there is none)'],
  ['10.101.0.0', '10.101.0.0 is not among the addresses for VEs in 10.101.0.0/16'],
  ['10.101.0.1', '10.101.0.1 is not among the addresses for VEs in 10.101.0.0/16'],
  ['10.101.255.255', '10.101.255.255 is not among the addresses for VEs in 10.101.0.0/16'],
  ['10.101.0.05', '"10.101.0.05" is no IPv4 or IPv6 address'],
  ['10.101.0.5/24', '"10.101.0.5/24" is no IPv4 or IPv6 address'],
  ['10.101.5', '"10.101.5" is no IPv4 or IPv6 address'],
  ['fe80::1%eth0', '"fe80::1%eth0" is no IPv4 or IPv6 address'],
  ['', '"" is no IPv4 or IPv6 address'],
] as const)('the address "%s" is refused', ([address, problem]) => {
  expect(codeOf(() => chooseAddresses(pools(), [address], none))).toBe(
    `invalid_input: addresses: ${problem}`,
  );
});

test('an address named twice is refused, also in two spellings', () => {
  const all = pools({ prefix: 'fd00:2::/64' });
  expect(codeOf(() => chooseAddresses(all, ['fd00:2::5', 'fd00:2:0::5'], none))).toBe(
    'invalid_input: addresses: fd00:2::5 is named twice',
  );
});

test.for([
  ['10.101.0.0', 'is no prefix'],
  ['10.101.0/16', 'is no prefix'],
  ['10.101.3.7/16', 'is no prefix such as 10.101.0.0/16, or has bits set behind it'],
  ['224.0.0.0/8', 'holds addresses that no VE can have'],
  ['127.0.0.0/8', 'holds addresses that no VE can have'],
] as const)('the pool "%s" is refused', ([cidr, problem]) => {
  expect(codeOf(() => poolsOf(cidr))).toContain(`network.pool: `);
  expect(codeOf(() => poolsOf(cidr))).toContain(problem);
});

test('pools that overlap or share a name, and ranges that lie outside or overlap, are refused', () => {
  const problem = (...extra: readonly Extra[]) => codeOf(() => pools(...extra));
  expect(problem({ prefix: '10.101.4.0/24' })).toContain(
    'network.pools[0]: 10.101.4.0/24 overlaps 10.101.0.0/16',
  );
  expect(problem({ name: 'default', prefix: '192.0.2.0/24' })).toContain('two pools are called default');
  expect(problem({ prefix: '192.0.2.0/24', ranges: ['192.0.3.1'] })).toContain(
    '192.0.3.1 in ranges lies outside',
  );
  expect(problem({ prefix: '192.0.2.0/24', ranges: ['192.0.2.1-192.0.2.9', '192.0.2.9'] })).toContain(
    'overlap',
  );
  expect(problem({ prefix: '192.0.2.0/24', exclude: ['192.0.2.9-192.0.2.1'] })).toContain('is no range');
  expect(problem({ prefix: '192.0.2.0/30', exclude: ['192.0.2.1-192.0.2.2'] })).toContain(
    'leaves no address',
  );
});

test('what is private is translated as the node says, what is public is not, unless the pool says otherwise', () => {
  const all = pools(
    { name: 'a', prefix: 'fd00:2::/64' },
    { name: 'b', prefix: '198.51.100.0/24' },
    { name: 'c', prefix: '192.168.7.0/24', nat: false },
    { name: 'd', prefix: '203.0.113.0/24', nat: true },
  );
  expect(all.map(({ nat }) => nat)).toEqual([true, true, false, false, true]);
});
