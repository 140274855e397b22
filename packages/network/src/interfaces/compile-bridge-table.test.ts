import type { Firewall } from '@insula/contract';
import { expect, test } from 'vitest';
import { compileBinding, compileRebinding, compileRuleset, compileUnbinding } from '../compile-ruleset.ts';
import { fakeConfig, fakeLink } from '../fake-network.ts';
import { openFirewall } from '../walls.ts';
import { newInterface } from './interface.ts';

const config = fakeConfig({ attachable: { bridges: ['br0'], parents: [], devices: [] } });
const lan0 = newInterface(
  { name: 'lan0', device: 'br0', mac: '02:00:00:00:00:01', addresses: ['192.0.2.10/24', '2001:db8::10/64'] },
  [],
);
const lan1 = newInterface({ name: 'lan1', device: 'br0', mac: '02:00:00:00:00:02', dhcp: true }, [lan0]);
const lan2 = newInterface({ name: 'lan2', device: 'br0', mac: '02:00:00:00:00:03', filter: false }, [
  lan0,
  lan1,
]);
const ve = fakeLink(101, [], { interfaces: [lan0, lan1, lan2], groups: ['web'] });
const plain = fakeLink(102, ['10.101.0.3']);
const base = { config, pools: [], firewall: openFirewall };

test('the rules for ports on bridges, with filter, with DHCP and without a filter', async () => {
  const firewall: Firewall = {
    ...openFirewall,
    policy: { in: 'drop', out: 'accept', between: 'groups' },
    rules: [
      {
        id: 1,
        action: 'reject',
        direction: 'out',
        ves: ['group:web'],
        remote: ['192.0.2.0/24'],
        protocol: 'tcp',
        ports: ['25'],
        log: false,
        enabled: true,
        comment: '',
      },
    ],
  };
  const text = compileRuleset({ ...base, firewall, ves: [ve, plain] });
  const bridge = text.slice(text.indexOf('table bridge'));
  await expect(bridge).toMatchFileSnapshot('../golden/bridge.nft');
});

test('a node whose VEs can be on no bridge needs no rules for them', () => {
  const text = compileRuleset({ ...base, config: fakeConfig(), ves: [plain] });
  expect(text).not.toContain('bridge');
});

test('a VE that goes takes everything along that names its ports', () => {
  const elements = (text: string, verb: string) =>
    text.split('\n').filter((line) => line.startsWith(`${verb} element bridge`));
  const added = elements(compileBinding(base, ve), 'add');
  const removed = elements(compileUnbinding(base, ve), 'delete');
  for (const line of added) expect(removed).toContain(line.replace('add', 'delete'));
  expect(removed.join('\n')).toContain('spoofed { "ins101n1", "ins101n2", "ins101n3" }');
});

test('with an interface go its counters, and those of the others stay', () => {
  const text = compileRebinding(base, ve, { ...ve, interfaces: [lan0, lan2] });
  expect(text).toContain('delete element bridge insula spoofed { "ins101n2" }');
  expect(text).not.toMatch(/delete element bridge insula spoofed \{.*n[13]/);
});
