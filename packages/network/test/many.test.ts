import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compileBinding, compileRuleset } from '../src/compile-ruleset.ts';
import { fakeConfig, fakeLink } from '../src/fake-network.ts';
import { newInterface, openFirewall, randomMac } from '../src/index.ts';

/** A thousand VEs, each with addresses of both families, a port of the node, and an interface on a bridge. */
const config = fakeConfig({
  table: 'insula_test',
  pools: [{ name: 'six', prefix: 'fd00:101::/64', ranges: [], exclude: [], reserve: [], automatic: true }],
  attachable: { bridges: ['br0'], parents: [], devices: [] },
});
const ves = Array.from({ length: 1_000 }, (_, index) => {
  const number = index + 2;
  const mac = randomMac(Buffer.from([2, 0, 0, 0, number >> 8, number & 255]));
  const addresses = [`192.0.2.${(index % 254) + 1}/24`, `2001:db8::${number.toString(16)}/64`];
  return fakeLink(
    101 + index,
    [`10.101.${number >> 8}.${number & 255}`, `fd00:101::${number.toString(16)}`],
    {
      forwards: [`tcp:${10_000 + index}:80`],
      interfaces: [newInterface({ name: 'lan0', device: 'br0', mac, addresses }, [])],
    },
  );
});
const base = { config, pools: [], firewall: openFirewall };

test('a thousand VEs are one transaction, which may be repeated, and one more is another', () => {
  const ruleset = compileRuleset({ ...base, ves });
  const more = compileBinding(base, fakeLink(5_000, ['10.101.200.1']));
  const input = `${ruleset}${ruleset}${more}`;
  const { stdout, stderr, status } = spawnSync(
    'unshare',
    ['--net', '--', 'sh', '-c', 'nft -f - && nft list ruleset'],
    {
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.match(/"ins\d+" \. 02:49:4e/g)?.length).toBe(2 * 1_000 + 1 + 1_000 + 1);
  expect(stdout.match(/"ins\d+n1" \. 0x/g)?.length).toBe(3 * 1_000);
});
