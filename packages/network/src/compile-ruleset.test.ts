import type { Firewall, FirewallRule } from '@insula/contract';
import { expect, test } from 'vitest';
import { parsePools } from './addresses/address-pool.ts';
import {
  compileBinding,
  compileRebinding,
  compileRuleset,
  compileUnbinding,
  type RulesetBase,
} from './compile-ruleset.ts';
import { fakeConfig, fakeLink } from './fake-network.ts';
import type { VeLink } from './ve-link.ts';
import { openFirewall } from './walls.ts';

const rule: Omit<FirewallRule, 'id' | 'direction'> = {
  action: 'accept',
  ves: [],
  remote: [],
  protocol: 'any',
  ports: [],
  log: false,
  enabled: true,
  comment: '',
};

const config = fakeConfig({
  pools: [
    { name: 'six', prefix: 'fd00:101::/64', ranges: [], exclude: [], reserve: [], automatic: true },
    { name: 'public', prefix: '192.0.2.0/24', ranges: [], exclude: [], reserve: [], automatic: false },
  ],
  classes: [
    { class: 2, prefixes: ['10.0.0.0/8', 'fd00::/8'] },
    { class: 0, prefixes: ['10.1.0.0/16'] },
  ],
  apiPorts: [4380],
  totalRates: [
    { device: 'eth0', direction: 'out', kbit: 100_000 },
    { device: 'eth0.5', direction: 'in', kbit: 8 },
  ],
});
const firewall: Firewall = {
  format: 1,
  policy: { in: 'drop', out: 'accept', between: 'groups' },
  nextId: 9,
  rules: [
    { ...rule, id: 1, direction: 'in', ves: ['group:web'], protocol: 'tcp', ports: ['80', '8000-8010'] },
    { ...rule, id: 2, direction: 'in', remote: ['192.0.2.0/24', '2001:db8::/32', 'group:db'], log: true },
    { ...rule, id: 3, direction: 'out', action: 'reject', ves: ['U-101'], protocol: 'icmp' },
    { ...rule, id: 4, direction: 'out', action: 'drop', enabled: false },
  ],
};
const baseOf = (network = config.network, walls = openFirewall): RulesetBase => ({
  config: { ...config, network },
  pools: parsePools(network),
  firewall: walls,
});
const base = baseOf();
const rulesetOf = (ves: readonly VeLink[], network = config.network) =>
  compileRuleset({ ...baseOf(network), ves });
const one = fakeLink(101, ['10.101.0.2', 'fd00:101::2']);
const two = fakeLink(102, []);
const walled = fakeLink(103, ['10.101.0.3'], {
  groups: ['web', 'db-main'],
  forwards: ['tcp:8080:80', 'udp:53-54'],
  apiAccess: true,
});

test('the whole ruleset of a node', async () => {
  await expect(rulesetOf([one, two])).toMatchFileSnapshot('golden/ruleset.nft');
});

test('the whole ruleset of a node with walls, forwards and classes', async () => {
  const rules = firewall.rules.map((rule) => ({
    ...rule,
    ves: rule.ves.map((ve) => ve.replace('U-101', one.uuid)),
  }));
  const input = { ...baseOf(config.network, { ...firewall, rules }), ves: [one, walled] };
  await expect(compileRuleset(input)).toMatchFileSnapshot('golden/walled.nft');
});

test('a firewall that is gone takes its sets and counters along', () => {
  const text = compileRuleset({ ...base, ves: [walled] }, { gone: firewall });
  const removals = text.split('\n').filter((line) => line.startsWith('delete '));
  expect(removals).toEqual([
    'delete set inet insula group_db_main',
    'delete set inet insula group_web',
    'delete set inet insula subject_1',
    'delete set inet insula remote_2',
    'delete set inet insula subject_3',
    ...[1, 2, 3, 4].map((id) => `delete counter inet insula rule_${id}`),
  ]);
});

test('VEs are elements of the sets and add no rule', () => {
  const chains = (ruleset: string) => ruleset.match(/ {2}chain [^}]*}/g);
  expect(chains(rulesetOf([one, two]))).toEqual(chains(rulesetOf([])));
});

test('sets that count are kept, unless all is replaced', () => {
  const text = rulesetOf([one]);
  expect(text).not.toContain('delete');
  expect(text).not.toMatch(/flush set \w+ insula spoofed/);
  const replaced = compileRuleset({ ...base, ves: [one] }, { replaced: true });
  expect(replaced).toMatch(/^add table inet insula\ndelete table inet insula\ntable inet insula {/);
});

test('without NAT nothing is translated, and so is what lies in a public pool', () => {
  expect(rulesetOf([], { ...config.network, nat: false })).not.toContain('@translated');
  expect(rulesetOf([])).not.toContain('192.0.2.0/24');
});

test('a VE that connects, changes or leaves touches elements only', () => {
  const bound = compileBinding(base, one);
  expect(bound).toBe(`add element inet insula links { "ins101" }
add element inet insula bound4 { "ins101" . 02:49:4e:00:00:65 . 10.101.0.2 }
add element inet insula bound6 { "ins101" . 02:49:4e:00:00:65 . fd00:101::2 }
add element arp insula links { "ins101" }
add element arp insula bound4 { "ins101" . 02:49:4e:00:00:65 . 10.101.0.2 }
`);
  const released = bound + bound.replaceAll('add element', 'delete element');
  expect(compileUnbinding(base, one).startsWith(released)).toBe(true);
  expect(compileRebinding(base, one, fakeLink(101, []))).toBe(
    `${released}add element inet insula links { "ins101" }\nadd element arp insula links { "ins101" }\n`,
  );
});

test('a VE without addresses is bound to nothing', () => {
  expect(compileBinding(base, two)).toBe(
    'add element inet insula links { "ins102" }\nadd element arp insula links { "ins102" }\n',
  );
});
