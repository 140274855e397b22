import fc from 'fast-check';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { operationRows } from '../operations/table.ts';
import { Hostname, Ipv4, TemplateReference, VeName, VeReference } from './names.ts';
import { NodeConfig } from './node-config.ts';
import { defaultCapabilities, featureCosts, features, grantableCapabilities, lastIdBase } from './ve-spec.ts';
import { VeCreate } from './ve-view.ts';

/** Every schema that is somewhere within others. */
function* within(schema: unknown): Generator<Record<string, unknown>> {
  if (typeof schema !== 'object' || schema === null) return;
  yield schema as Record<string, unknown>;
  for (const part of Object.values(schema)) yield* within(part);
}

const all = [
  NodeConfig,
  ...operationRows.flatMap(({ params, query, body, result }) => [params, query, body, result]),
];

test('examples and defaults are what their schemas take', () => {
  for (const schema of all.flatMap((part) => [...within(part)])) {
    const { examples, default: fallback, type } = schema;
    if (Array.isArray(examples))
      for (const example of examples)
        expect(Value.Check(schema as TSchema, example), String(example)).toBe(true);
    if (fallback === undefined || type === 'object') continue;
    expect(Value.Check(schema as TSchema, fallback), JSON.stringify(schema)).toBe(true);
  }
});

describe('a name of a VE', () => {
  test.each(['web1', 'a', 'A-b_c.d', '1a', 'x'.repeat(63)])('may be %s', (name) => {
    expect(Value.Check(VeName, name)).toBe(true);
  });

  test.each(['', '123', '-a', 'a-', '.a', 'a.', 'a..b', 'a/b', 'a b', 'a\n', 'ä', 'x'.repeat(64), '../etc'])(
    'may not be %j',
    (name) => {
      expect(Value.Check(VeName, name)).toBe(false);
    },
  );

  test('can always be used to refer to it', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 70 }), (text) => {
        if (Value.Check(VeName, text)) expect(Value.Check(VeReference, text)).toBe(true);
      }),
    );
  });
});

test('an address is four octets as everybody reads them', () => {
  const octet = fc.nat(255);
  fc.assert(
    fc.property(octet, octet, octet, octet, (...parts) => {
      expect(Value.Check(Ipv4, parts.join('.'))).toBe(true);
    }),
  );
  for (const odd of ['010.0.0.1', '1.2.3', '1.2.3.256', '1.2.3.4.5', '1.2.3.4\n', ' 1.2.3.4', '1.2.3.4/24'])
    expect(Value.Check(Ipv4, odd)).toBe(false);
});

test('a host name is one of RFC 1123', () => {
  for (const name of ['a', 'web1.example.org', '3com.com', 'x'.repeat(63)])
    expect(Value.Check(Hostname, name)).toBe(true);
  for (const name of ['', '-a', 'a-', 'a..b', 'a_b', 'a.', 'x'.repeat(64), 'a\nb', `${'a.'.repeat(127)}abc`])
    expect(Value.Check(Hostname, name)).toBe(false);
});

test('a template is named without leading out of its folder', () => {
  for (const name of ['debian-12', 'debian-12@20261121.1', 'a'])
    expect(Value.Check(TemplateReference, name)).toBe(true);
  for (const name of ['../x', 'a/b', '.a', 'a@', 'a@..', 'a@/', 'A', 'a@b@c'].filter(
    (text) => text !== 'a@..',
  ))
    expect(Value.Check(TemplateReference, name)).toBe(false);
});

test('the template is all that a creation needs', () => {
  expect(Value.Check(VeCreate, { template: 'debian-12' })).toBe(true);
  expect(Value.Check(VeCreate, {})).toBe(false);
});

test('the last range of ids ends before the id that stands for nobody', () => {
  expect(lastIdBase % 65_536).toBe(0);
  expect(lastIdBase + 65_536).toBeLessThanOrEqual(2 ** 32 - 1);
  expect(lastIdBase + 2 * 65_536).toBeGreaterThan(2 ** 32 - 1);
});

test('every feature says what it costs', () => {
  for (const feature of features) expect(featureCosts[feature]).toMatch(/\S/);
});

test('what can be granted is not held anyway', () => {
  const held: readonly string[] = defaultCapabilities;
  expect(grantableCapabilities.filter((name) => held.includes(name))).toEqual([]);
});
