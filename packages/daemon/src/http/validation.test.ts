import {
  type CodedError,
  ExecRequest,
  NodeConfig,
  operationRows,
  VeChange,
  VeCreate,
} from '@insula/contract';
import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { compileValidator } from './validation.ts';

type Part = Parameters<typeof compileValidator>[1];

const errorOf = (schema: Parameters<typeof compileValidator>[0], value: unknown, part: Part = 'body') => {
  const checked = compileValidator(schema, part)(value);
  if (!('error' in checked)) throw new Error(`${JSON.stringify(value)} was accepted`);
  const { code, details, message } = checked.error;
  return { code, field: details['field'], message };
};

describe('a field that is wrong is named', () => {
  test.each([
    [{ template: 'debian-12', colour: 'red' }, 'unknown_field', 'colour'],
    [{ template: 'debian-12', dns: { server: [] } }, 'unknown_field', 'dns.server'],
    [{ name: 'web1' }, 'invalid_input', 'template'],
    [{ template: 7 }, 'invalid_input', 'template'],
    [{ template: 'debian-12', name: 'a/b' }, 'invalid_input', 'name'],
    [{ template: 'debian-12', name: '..' }, 'invalid_input', 'name'],
    [{ template: 'debian-12', name: 'web\n1' }, 'invalid_input', 'name'],
    [{ template: 'debian-12', name: 'web1\n' }, 'invalid_input', 'name'],
    [{ template: 'debian-12', name: '12345' }, 'invalid_input', 'name'],
    [{ template: 'debian-12', name: 'x'.repeat(300) }, 'invalid_input', 'name'],
    [{ template: 'debian-12', ctid: 100 }, 'invalid_input', 'ctid'],
    [{ template: 'debian-12', ctid: '101' }, 'invalid_input', 'ctid'],
    [{ template: 'debian-12', addresses: ['10.0.0.1', '10.0.0.256'] }, 'invalid_input', 'addresses.1'],
    [{ template: 'debian-12', features: ['sun'] }, 'invalid_input', 'features.0'],
    [{ template: 'debian-12', onboot: 'maybe' }, 'invalid_input', 'onboot'],
    [{ template: 'debian-12', userData: { a: 1 } }, 'invalid_input', 'userData.a'],
    [{ template: 'debian-12', userData: { 'a/b': 1 } }, 'invalid_input', 'userData.a/b'],
    [{ template: 'debian-12', hostname: '-x' }, 'invalid_input', 'hostname'],
    [{ template: 'debian-12', description: 'two\nlines' }, 'invalid_input', 'description'],
    [{ template: 'debian-12', start: 'yes' }, 'invalid_input', 'start'],
  ])('in %j', (value, code, field) => {
    expect(errorOf(VeCreate, value)).toMatchObject({ code, field });
  });

  test('and a body that is no object at all is named as the body', () => {
    for (const value of [[], 'x', 7, true]) expect(errorOf(VeCreate, value)).toMatchObject({ field: 'body' });
  });
});

test('what may be chosen from is told', () => {
  expect(errorOf(VeCreate, { template: 'debian-12', onboot: 'maybe' }).message).toBe(
    'onboot: must be one of yes, no, auto',
  );
});

test('a change of nothing is refused', () => {
  expect(errorOf(VeChange, {})).toMatchObject({ code: 'invalid_input' });
});

test('text is converted where everything is text, and nowhere else', () => {
  const query = Type.Object({ limit: Type.Integer(), all: Type.Boolean() }, { additionalProperties: false });
  expect(compileValidator(query, 'querystring')({ limit: '7', all: 'true' })).toEqual({
    value: { limit: 7, all: true },
  });
  expect(errorOf(query, { limit: '7', all: 'true' })).toMatchObject({ field: 'limit' });
  expect(errorOf(query, { limit: 'seven', all: 'true' }, 'querystring')).toMatchObject({ field: 'limit' });
});

test('a body that may be left out may be left out', () => {
  const optional = Type.Optional(Type.Object({}, { additionalProperties: false }));
  const validate = compileValidator(optional, 'body');
  expect([validate(undefined), validate(null), validate({})]).toEqual([
    { value: undefined },
    { value: undefined },
    { value: {} },
  ]);
});

test('defaults are filled in', () => {
  expect(compileValidator(NodeConfig, 'config')({})).toMatchObject({
    value: { name: 'node1', network: { pool: '10.101.0.0/16', dns: [] }, autostart: { parallel: 4 } },
  });
});

test('an unknown name in a map is refused, not a fault of ours', () => {
  const checked = compileValidator(ExecRequest, 'body')({ command: ['a'], env: { 'A=B': '1' } });
  expect('error' in checked && checked.error.message).toContain('env');
});

const schemas = operationRows.flatMap(({ params, query, body }) => [
  ...(params === undefined ? [] : [{ schema: params, part: 'params' as const }]),
  ...(query === undefined ? [] : [{ schema: query, part: 'querystring' as const }]),
  ...(body === undefined ? [] : [{ schema: body, part: 'body' as const }]),
]);
const keys = [
  'template',
  'name',
  'dns',
  'parameters',
  'userData',
  'force',
  'timeout',
  'path',
  've',
  '__proto__',
  '',
];
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ maxDepth: 1 }),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('whatever comes is taken or refused in words, and never makes the check itself fail', () => {
  const any = [...schemas, { schema: ExecRequest, part: 'body' as const }];
  const validators = any.map(({ schema, part }) => compileValidator(schema, part));
  fc.assert(
    fc.property(fc.constantFrom(...validators), json, (validate, value) => {
      const checked = validate(structuredClone(value));
      if (!('error' in checked)) return;
      expect(['invalid_input', 'unknown_field']).toContain((checked.error as CodedError).code);
      expect(checked.error.message).not.toMatch(/undefined|\[object|\{(?:field|problem)\}/);
    }),
    { numRuns: 500 },
  );
});
