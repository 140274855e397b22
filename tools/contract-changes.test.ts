import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../packages/contract/src/index.ts';
import { breakingChanges } from './contract-changes.ts';

/** The real document after something was done to it. */
function changed(edit: (document: never) => void): readonly string[] {
  const before = openApiDocument({ version: '1' });
  const after = structuredClone(before);
  edit(after as never);
  return breakingChanges(before, after);
}

function at<Value>(record: Readonly<Record<string, Value>>, key: string): Value {
  const value = record[key];
  if (value === undefined) throw new Error(`no ${key}`);
  return value;
}

interface Schemas {
  readonly components: { readonly schemas: Record<string, Schema> };
  readonly paths: Record<
    string,
    Record<string, { parameters?: object[]; responses: Record<string, unknown> }>
  >;
}
interface Schema {
  properties: Record<string, Record<string, unknown>>;
  required?: string[];
  enum?: string[];
}

describe('the contract', () => {
  test('breaks nobody when it stays, or when something comes to it', () => {
    expect(changed(() => undefined)).toEqual([]);
    expect(
      changed(({ components, paths }: Schemas) => {
        at(components.schemas, 'VeSummary').properties['colour'] = { type: 'string' };
        at(components.schemas, 'VeCreate').properties['colour'] = { type: 'string' };
        paths['/v1/new'] = { get: { responses: {} } };
      }),
    ).toEqual([]);
  });

  test.each<[string, (document: Schemas) => void, string]>([
    ['a call', ({ paths }) => delete paths['/v1/ves'], 'GET /v1/ves is gone'],
    [
      'a field of an answer',
      ({ components }) => delete at(components.schemas, 'VeSummary').properties['state'],
      'GET /v1/ves 200.items.state is gone',
    ],
    [
      'a field of a request',
      ({ components }) => delete at(components.schemas, 'VeCreate').properties['name'],
      'POST /v1/ves request.name is gone',
    ],
    [
      'freedom to leave a field out',
      ({ components }) => at(components.schemas, 'VeCreate').required?.push('name'),
      'POST /v1/ves request needs name',
    ],
    [
      'certainty that a field is there',
      ({ components }) => {
        at(components.schemas, 'VeSummary').required = [];
      },
      'GET /v1/ves 200.items may lack uuid',
    ],
    [
      'a type',
      ({ components }) => {
        at(components.schemas, 'VeSummary').properties['name'] = { type: 'integer' };
      },
      'GET /v1/ves 200.items.name was string and is integer',
    ],
    [
      'a parameter',
      ({ paths }) => {
        at(at(paths, '/v1/operations'), 'get').parameters = [];
      },
      'GET /v1/operations: parameter query limit is gone',
    ],
    [
      'freedom to leave a parameter out',
      ({ paths }) => {
        at(at(paths, '/v1/ves'), 'get').parameters = [{ in: 'query', name: 'x', required: true, schema: {} }];
      },
      'GET /v1/ves needs the parameter query x',
    ],
  ])('breaks a client that loses %s', (_what, edit, problem) => {
    expect(changed(edit as (document: never) => void)).toContain(problem);
  });
});
