import { expect, test } from 'vitest';
import { compileHold, compileRelease } from './hold.ts';

const config = {
  interfacePrefix: 'ins',
  network: { table: 'insula' },
};

test('traffic of a VE is dropped in both directions, never answered', () => {
  const text = compileHold(config, { ctid: 101, addresses: ['10.101.0.2', '2001:db8::2'] });
  expect(text).toContain('add element inet insula_held links { "ins101" }\n');
  expect(text).toContain('add element inet insula_held addresses { 10.101.0.2 }\n');
  expect(text).toContain('add element inet insula_held addresses6 { 2001:db8::2 }\n');
  expect(text).not.toMatch(/reject/);
});

test('a release takes out exactly what a hold put in', () => {
  const ve = { ctid: 7, addresses: ['10.101.0.9'] };
  const elements = (text: string, verb: string) =>
    text.split('\n').flatMap((line) => (line.startsWith(`${verb} element`) ? [line.slice(verb.length)] : []));
  expect(elements(compileRelease(config, ve), 'delete')).toEqual(elements(compileHold(config, ve), 'add'));
});
