import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeReading, fakeSubject } from '../readings/fake-reading.ts';
import { nodeValues } from '../readings/node-values.ts';
import { veValues } from '../readings/ve-values.ts';
import { exposition } from './exposition.ts';
import { metricsText } from './metrics-text.ts';
import { nodeFamilies } from './node-families.ts';
import { veFamilies } from './ve-families.ts';

const families = [...nodeFamilies, ...veFamilies];

const text = () => {
  const reading = fakeReading({ subject: { ...fakeSubject, name: 'web1' } });
  const node = {
    at: 1000,
    elapsed: 0,
    pool: { total: 10, available: 5 },
    statistics: {
      processors: 2,
      cpu: { user: 1_500_000, system: 0, idle: 0, wait: 0 },
      memory: { total: 8, available: 4, cache: 0, swapTotal: 0, swapFree: 0 },
      load: [0.5, 0, 0] as const,
      processes: 3,
      pressure: null,
      disks: [],
    },
  };
  const values = veValues(null, reading);
  return metricsText(
    { node: { reading: node, values: nodeValues(null, node, [values]) }, ves: [{ reading, values }] },
    { version: '0.1.0', ves: { running: 1 } },
  );
};

test('a family has its type, unit and help before its samples, and the text ends', () => {
  const lines = text().split('\n');
  const at = lines.indexOf('# TYPE insula_node_cpu_seconds counter');
  expect(lines.slice(at, at + 4)).toEqual([
    '# TYPE insula_node_cpu_seconds counter',
    '# UNIT insula_node_cpu_seconds seconds',
    '# HELP insula_node_cpu_seconds CPU time of all processors',
    'insula_node_cpu_seconds_total{mode="user"} 1.5',
  ]);
  expect(lines).toContain('insula_ve_info{ve="web1",ctid="101",uuid="u1"} 1');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
});

test('what is not known has no sample, and a family without samples is not there', () => {
  expect(text()).not.toContain('insula_ve_memory_limit_bytes');
  expect(text()).not.toMatch(/null|NaN|undefined/);
});

test('names are those of OpenMetrics, each once, and end in their unit', () => {
  const names = families.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, type, unit } of families) {
    expect(name).toMatch(/^insula_(?:ve|node)(?:_[a-z0-9]+)*$/);
    // the format adds these
    expect(name).not.toMatch(/_(?:total|info|created|bucket|count|sum)$/);
    if (unit !== undefined) expect(name.endsWith(`_${unit}`)).toBe(true);
    if (type === 'info') expect(unit).toBeUndefined();
  }
});

test('labels hold anything', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const [, , line = ''] = exposition([
        { name: 'a', type: 'gauge', help: '', samples: [{ labels: { l: value }, value: 1 }] },
      ]).split(/\n(?=a\{|# )/);
      const inside = /^a\{l="((?:[^"\\\n]|\\["\\n])*)"\} 1$/.exec(line)?.[1];
      const read = inside?.replaceAll(/\\(.)/g, (_all, one: string) => (one === 'n' ? '\n' : one));
      expect(read).toBe(value);
    }),
  );
});

test('every metric that shipped rules and dashboard name is one of ours', () => {
  const samples = new Set(
    families.map(({ name, type }) => name + { counter: '_total', gauge: '', info: '_info' }[type]),
  );
  const integrations = join(import.meta.dirname, '../../../../integrations');
  for (const file of ['prometheus/insula.rules.yml', 'grafana/insula.json']) {
    const named = readFileSync(`${integrations}/${file}`, 'utf8').match(/\binsula_(?:ve|node)_\w+/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(samples, `${name} in ${file}`).toContain(name);
  }
});
