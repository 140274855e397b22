import { expect, test } from 'vitest';
import { compileBinding, compileRuleset, compileUnbinding } from './compile-ruleset.ts';
import type { NetworkConfig } from './links.ts';

const config: NetworkConfig = {
  interfacePrefix: 'ins',
  network: { pool: '10.101.0.0/16', gateway: '169.254.101.1', nat: true, table: 'insula', dns: [] },
};

test('a node without VEs has a table with empty sets', () => {
  expect(compileRuleset(config, [])).toBe(`add table inet insula
delete table inet insula
table inet insula {
  set links {
    type ifname
  }
  set bound {
    type ifname . ipv4_addr
  }
  chain sources {
    type filter hook prerouting priority raw; policy accept;
    iifname != @links accept
    iifname . ip saddr @bound accept
    counter drop
  }
  chain translation {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 10.101.0.0/16 ip daddr != 10.101.0.0/16 oifname != @links masquerade
  }
}
`);
});

test('VEs are elements of the sets and add no rule', () => {
  const ves = [
    { ctid: 101, addresses: ['10.101.0.2', '10.101.0.3'] },
    { ctid: 102, addresses: [] },
  ];
  const text = compileRuleset(config, ves);
  expect(text).toContain(`  set links {
    type ifname
    elements = {
      "ins101",
      "ins102",
    }
  }
  set bound {
    type ifname . ipv4_addr
    elements = {
      "ins101" . 10.101.0.2,
      "ins101" . 10.101.0.3,
    }
  }
`);
  const chains = (ruleset: string) => ruleset.slice(ruleset.indexOf('  chain'));
  expect(chains(text)).toBe(chains(compileRuleset(config, [])));
});

test('without NAT nothing is translated', () => {
  const text = compileRuleset({ ...config, network: { ...config.network, nat: false } }, []);
  expect(text).not.toContain('masquerade');
  expect(text).toContain('chain sources');
});

test('a VE that connects or leaves changes elements only', () => {
  const ve = { ctid: 101, addresses: ['10.101.0.2', '10.101.0.3'] };
  expect(compileBinding(config, ve)).toBe(`add element inet insula links { "ins101" }
add element inet insula bound { "ins101" . 10.101.0.2, "ins101" . 10.101.0.3 }
`);
  expect(compileUnbinding(config, ve)).toBe(`add element inet insula links { "ins101" }
add element inet insula bound { "ins101" . 10.101.0.2, "ins101" . 10.101.0.3 }
delete element inet insula links { "ins101" }
delete element inet insula bound { "ins101" . 10.101.0.2, "ins101" . 10.101.0.3 }
`);
});

test('a VE without addresses is bound to nothing', () => {
  expect(compileBinding(config, { ctid: 101, addresses: [] })).toBe(
    'add element inet insula links { "ins101" }\n',
  );
});
