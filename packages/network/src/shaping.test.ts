import { expect, test } from 'vitest';
import { fakeConfig, fakeLink } from './fake-network.ts';
import { compileQueueLink, compileShaping, compileUnshaping, parseRates } from './shaping.ts';
import { parseClasses } from './traffic-classes.ts';

const config = fakeConfig({ rateMpu: 1000 });
const classes = parseClasses([
  { class: 2, prefixes: ['10.0.0.0/8', 'fd00::/8'] },
  { class: 3, prefixes: ['10.1.0.0/16'] },
]);
const ve = fakeLink(101, [], { rates: ['out:1:10000:20000', 'in:2:100000'] });

test('a VE’s queues compile to one batch', async () => {
  const text = [...compileQueueLink(config, ve), ...compileShaping(config, ve, classes)].join('\n');
  await expect(`${text}\n`).toMatchFileSnapshot('golden/shaping.tc');
  expect(compileUnshaping(config, ve)).toEqual([
    'qdisc replace dev ins101 root pfifo',
    'qdisc delete dev ins101 root',
    'qdisc replace dev ins101 handle ffff: ingress',
    'qdisc delete dev ins101 ingress',
  ]);
});

test('a VE without rates has no queues', () => {
  const plain = fakeLink(101, []);
  expect([...compileQueueLink(config, plain), ...compileShaping(config, plain, classes)]).toEqual([]);
  expect(compileUnshaping(config, plain)).toEqual([]);
});

test('with ratebound the rate is all there is', () => {
  const [rate] = parseRates({ rates: ['out:1:10000:20000'], ratebound: true });
  expect(rate).toEqual({ direction: 'out', class: 1, rate: 10_000, ceil: 10_000 });
});

test.for([
  ['up:1:10', 'no DIRECTION:CLASS:KBIT[:CEIL]'],
  ['in:0:1000', 'classes go from 1 to 15'],
  ['in:16:1000', 'classes go from 1 to 15'],
  ['in:1:7', 'rates go from 8 Kbit/s to 100 Gbit/s'],
  ['in:1:1000:999', 'the ceil is below the rate, or above 100 Gbit/s'],
] as const)('the rate "%s" is refused', ([text, problem]) => {
  expect(() => parseRates({ rates: [text], ratebound: false })).toThrow(`rates: ${text}: ${problem}`);
});

test('one class has one rate each way', () => {
  expect(() => parseRates({ rates: ['in:1:1000', 'in:1:2000'], ratebound: false })).toThrow(
    'in:1 has two rates',
  );
  expect(parseRates({ rates: ['in:1:1000', 'out:1:2000'], ratebound: false })).toHaveLength(2);
});
