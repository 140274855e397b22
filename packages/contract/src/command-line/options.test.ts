import fc from 'fast-check';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { kebabCase, optionsOf } from './options.ts';
import { asSchemaNode, type SchemaNode } from './schema.ts';

const options = (schema: Parameters<typeof asSchemaNode>[0]) => optionsOf(asSchemaNode(schema), 'body');

describe('options of a schema', () => {
  test('a nested object joins its names', () => {
    const [servers] = options(Type.Object({ dns: Type.Object({ servers: Type.Array(Type.String()) }) }));
    expect(servers).toMatchObject({ flag: 'dns-servers', path: ['dns', 'servers'], kind: 'list' });
  });

  test('a nested property is never required: it is needed only beside its siblings', () => {
    const schema = Type.Object({
      template: Type.String(),
      dns: Type.Object({ servers: Type.Array(Type.String()) }),
    });
    expect(options(schema).map(({ flag, required }) => [flag, required])).toEqual([
      ['template', true],
      ['dns-servers', false],
    ]);
  });

  test('a boolean of the body can be taken back, one of the query is a switch', () => {
    const schema = asSchemaNode(Type.Object({ protected: Type.Boolean() }));
    expect(optionsOf(schema, 'body')[0]?.negatable).toBe(true);
    expect(optionsOf(schema, 'query')[0]?.negatable).toBe(false);
  });

  test('the keyword x-flag names the flag', () => {
    const schema = Type.Object({ wait: Type.Boolean({ 'x-flag': 'ready' }) });
    expect(options(schema)[0]).toMatchObject({ flag: 'ready', path: ['wait'] });
  });

  test('parameters become one option each, with the name that Virtuozzo gives them', () => {
    const schema = Type.Object({ parameters: Type.Record(Type.String(), Type.Integer()) });
    const ram = options(schema).find(({ aliases }) => aliases.includes('ram'));
    expect(ram).toMatchObject({
      flag: 'physpages',
      path: ['parameters', 'physpages'],
      kind: 'amount',
      nullable: false,
    });
  });

  test('a record whose values may be null can drop keys', () => {
    const record = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]));
    expect(options(Type.Object({ userData: record }))[0]).toMatchObject({ kind: 'map', nullable: true });
  });

  test('an integer keeps its bounds and an enum its values', () => {
    const schema = Type.Object({
      order: Type.Integer({ minimum: 0, maximum: 9 }),
      boot: Type.Enum(['yes', 'no']),
    });
    expect(options(schema)[0]).toMatchObject({ kind: 'integer', minimum: 0, maximum: 9 });
    expect(options(schema)[1]).toMatchObject({ kind: 'enum', values: ['yes', 'no'], placeholder: 'yes|no' });
  });

  test('a schema without a rule is refused by name', () => {
    const schema = Type.Object({ odd: Type.Union([Type.String(), Type.Integer()]) });
    expect(() => options(schema)).toThrow(/body property odd/);
  });

  test('every property of any object gets exactly one option with a flag in kebab-case', () => {
    const leaf: fc.Arbitrary<SchemaNode> = fc.constantFrom(
      { type: 'string' },
      { type: 'integer' },
      { type: 'boolean' },
      { type: 'array', items: { type: 'string' } },
      { enum: ['a', 'b'] },
      { type: 'object', patternProperties: { '^.*$': { type: 'string' } } },
    );
    const name = fc
      .stringMatching(/^[a-z]{1,6}(?:[A-Z][a-z]{1,6}){0,3}$/)
      .filter((word) => word !== 'parameters');
    const object = fc.dictionary(name, leaf, { minKeys: 1, maxKeys: 8 });
    fc.assert(
      fc.property(fc.dictionary(name, object, { maxKeys: 5 }), object, (nested, flat) => {
        const inner = Object.entries(nested).map(
          ([key, properties]) => [key, { type: 'object', properties }] as const,
        );
        const derived = optionsOf(
          { type: 'object', properties: { ...flat, ...Object.fromEntries(inner) } },
          'body',
        );
        const leaves = Object.keys(flat).filter((key) => !(key in nested)).length;
        const inside = Object.values(nested).reduce(
          (sum, properties) => sum + Object.keys(properties).length,
          0,
        );
        expect(derived).toHaveLength(leaves + inside);
        for (const { flag, path } of derived) {
          expect(flag).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
          expect(flag).toBe(path.map(kebabCase).join('-'));
        }
      }),
    );
  });
});
