import { describe, expect, test } from 'vitest';
import { errorCatalogue } from '../errors/catalogue.ts';
import { operationRows } from '../operations/table.ts';
import { openApiDocument } from './document.ts';

interface Call {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
  readonly requestBody?: { readonly required: boolean };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

const document = openApiDocument({ version: '1.2.3' });
const paths = document['paths'] as unknown as Readonly<Record<string, Readonly<Record<string, Call>>>>;
const text = JSON.stringify(document);
const callOf = (path: string, method: string) => {
  const call = paths[path]?.[method];
  if (!call) throw new Error(`no ${method} ${path}`);
  return call;
};

describe('the OpenAPI document', () => {
  test('every row is a call under its path and method', () => {
    for (const row of operationRows)
      expect(callOf(row.path, row.method.toLowerCase()).operationId).toBe(row.id);
  });

  test('every reference leads to a schema, and no schema keeps an $id', () => {
    const { schemas } = document['components'] as { readonly schemas: Readonly<Record<string, unknown>> };
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(schemas[name]).toBeTruthy();
    expect(text).not.toContain('"$id"');
  });

  test('every placeholder in a path is a required parameter', () => {
    for (const [path, methods] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const call of Object.values(methods)) {
        const inPath = (call.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(names);
        expect(inPath.every(({ required }) => required)).toBe(true);
      }
    }
  });

  test('a change answers 202, and 200 to a dry run', () => {
    const create = callOf('/v1/ves', 'post');
    expect(Object.keys(create.responses)).toEqual(
      expect.arrayContaining(['200', '202', '400', '409', '507']),
    );
    expect(create.requestBody?.required).toBe(true);
    expect(callOf('/v1/ves/{ve}/stop', 'post').requestBody?.required).toBe(false);
  });

  test('every error of a row is named under its status', () => {
    for (const row of operationRows) {
      const { responses } = callOf(row.path, row.method.toLowerCase());
      for (const code of row.errors)
        expect(responses[errorCatalogue[code].status]?.description).toContain(`\`${code}\``);
    }
  });

  test('what a change results in is told beside its answer', () => {
    expect(callOf('/v1/ves', 'post')).toMatchObject({
      'x-result': { $ref: '#/components/schemas/VeDetail' },
    });
  });
});
