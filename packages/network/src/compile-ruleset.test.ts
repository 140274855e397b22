import { expect, test } from 'vitest';
import { parsePools } from './addresses/address-pool.ts';
import { compileBinding, compileRebinding, compileRuleset, compileUnbinding } from './compile-ruleset.ts';
import type { NetworkConfig } from './links.ts';
import type { VeLink } from './ve-link.ts';

const config: NetworkConfig = {
  interfacePrefix: 'ins',
  network: {
    pool: '10.101.0.0/16',
    gateway: '169.254.101.1',
    gateway6: 'fe80::1',
    pools: [
      { name: 'six', prefix: 'fd00:101::/64', ranges: [], exclude: [], reserve: [], automatic: true },
      { name: 'public', prefix: '192.0.2.0/24', ranges: [], exclude: [], reserve: [], automatic: false },
    ],
    nat: true,
    table: 'insula',
    dns: [],
  },
};
const rulesetOf = (ves: readonly VeLink[], network = config.network) =>
  compileRuleset({ config: { ...config, network }, pools: parsePools(network), ves });
const one: VeLink = { ctid: 101, addresses: ['10.101.0.2', 'fd00:101::2'] };
const two: VeLink = { ctid: 102, addresses: [] };

test('the whole ruleset of a node', async () => {
  await expect(rulesetOf([one, two])).toMatchFileSnapshot('golden/ruleset.nft');
});

test('VEs are elements of the sets and add no rule', () => {
  const chains = (ruleset: string) => ruleset.match(/ {2}chain [^}]*}/g);
  expect(chains(rulesetOf([one, two]))).toEqual(chains(rulesetOf([])));
});

test('sets that count are kept, unless all is replaced', () => {
  const text = rulesetOf([one]);
  expect(text).not.toContain('delete');
  expect(text).not.toMatch(/flush set \w+ insula spoofed/);
  const replaced = compileRuleset(
    { config, pools: parsePools(config.network), ves: [one] },
    { replaced: true },
  );
  expect(replaced).toMatch(/^add table inet insula\ndelete table inet insula\ntable inet insula {/);
});

test('without NAT nothing is translated, and so is what lies in a public pool', () => {
  expect(rulesetOf([], { ...config.network, nat: false })).not.toContain('masquerade');
  expect(rulesetOf([])).not.toContain('192.0.2.0/24');
});

test('a VE that connects, changes or leaves touches elements only', () => {
  const bound = compileBinding(config, one);
  expect(bound).toBe(`add element inet insula links { "ins101" }
add element inet insula bound4 { "ins101" . 02:49:4e:00:00:65 . 10.101.0.2 }
add element inet insula bound6 { "ins101" . 02:49:4e:00:00:65 . fd00:101::2 }
add element arp insula links { "ins101" }
add element arp insula bound4 { "ins101" . 02:49:4e:00:00:65 . 10.101.0.2 }
`);
  const released = bound + bound.replaceAll('add element', 'delete element');
  expect(compileUnbinding(config, one).startsWith(released)).toBe(true);
  expect(compileRebinding(config, one, { ctid: 101, addresses: [] })).toBe(
    `${released}add element inet insula links { "ins101" }\nadd element arp insula links { "ins101" }\n`,
  );
});

test('a VE without addresses is bound to nothing', () => {
  expect(compileBinding(config, two)).toBe(
    'add element inet insula links { "ins102" }\nadd element arp insula links { "ins102" }\n',
  );
});
