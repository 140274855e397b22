import { expect, test } from 'vitest';
import { errorCatalogue } from '../errors/catalogue.ts';
import { veStates } from '../schemas/states.ts';
import type { OperationDefinition } from './definition.ts';
import { operationRows, operationTable } from './table.ts';

const of = (...kinds: readonly OperationDefinition['kind'][]) =>
  operationRows.filter(({ kind }) => kinds.includes(kind));

test('every row stands under its own id', () => {
  for (const [id, row] of Object.entries(operationTable)) expect(row.id).toBe(id);
});

test('no two calls have the same method and path', () => {
  const routes = operationRows.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`);
  expect(new Set(routes).size).toBe(routes.length);
});

test('every call has the parameters that its path names, and no others', () => {
  for (const { id, path, params } of operationRows) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const { properties = {} } = (params ?? {}) as { readonly properties?: Record<string, unknown> };
    expect(Object.keys(properties), id).toEqual(named);
  }
});

test('every call answers with errors that there are, each named once', () => {
  for (const { id, errors } of operationRows) {
    for (const code of errors) expect(Object.keys(errorCatalogue), id).toContain(code);
    expect(new Set(errors).size, id).toBe(errors.length);
    expect(errors, id).toEqual(expect.arrayContaining(['forbidden', 'internal']));
  }
});

test('every call says what it is in whole words', () => {
  for (const { id, title, description, permission, path } of operationRows) {
    expect(title, id).toMatch(/^[A-Z].*[^.]$/);
    expect(description, id).toMatch(/^[A-Z].*\.$/);
    expect(permission, id).toMatch(/^[a-z]+\.[a-z]+$/);
    expect(path, id).toMatch(/^\/v1\//);
  }
});

test('every call refuses what it does not know', () => {
  for (const { id, params, query, body, errors } of operationRows) {
    for (const schema of [params, query, body])
      if (schema !== undefined) expect(schema, id).toMatchObject({ additionalProperties: false });
    if (params ?? query ?? body) expect(errors, id).toContain('invalid_input');
    if (body) expect(errors, id).toContain('unknown_field');
  }
});

test('every change can be planned, waited for and refused while another one runs', () => {
  for (const row of of('change')) {
    const { properties } = row.query as unknown as { readonly properties: Record<string, unknown> };
    expect(Object.keys(properties), row.id).toEqual(expect.arrayContaining(['ifBusy', 'dryRun']));
    expect(row.planned, row.id).toBe(true);
    expect(row.errors, row.id).toContain('shutting_down');
    expect(['POST', 'PATCH', 'DELETE'], row.id).toContain(row.method);
  }
});

test('nothing but a change is planned', () => {
  for (const row of operationRows) if (row.kind !== 'change') expect(row.planned, row.id).toBeUndefined();
});

test('what only reads is asked for with GET', () => {
  for (const { id, method } of of('read', 'socket', 'events', 'download')) expect(method, id).toBe('GET');
});

test('what depends on the state of a VE says on which, and that it can be refused', () => {
  for (const row of operationRows) {
    if (row.states === undefined) continue;
    for (const state of row.states) expect(veStates).toContain(state);
    expect(row.errors, row.id).toContain('wrong_state');
    expect(row.path, row.id).toContain('{ve}');
  }
});

test('whatever names a VE can miss it', () => {
  for (const row of operationRows) {
    const { properties = {} } = (row.query ?? {}) as { readonly properties?: Record<string, unknown> };
    if (row.path.includes('{ve}') || 've' in properties) expect(row.errors, row.id).toContain('ve_not_found');
  }
});

test('byte streams say what they are', () => {
  for (const { id, contentType } of of('download', 'upload', 'events')) expect(contentType, id).toMatch(/\//);
});
