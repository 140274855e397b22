import fc, { type Arbitrary } from 'fast-check';
import type { TSchema } from 'typebox';

/** A JSON schema as far as our schemas use it. */
interface SchemaNode {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Whatever JSON can say, and much that a program would not expect. */
export const junk: Arbitrary<unknown> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '..',
    '../..',
    '%00',
    'a\nb',
    '\u0000',
    '\u202e',
    '👩‍👩‍👧',
    '101',
    'null',
    '__proto__',
    '$(id)',
    "'; --",
  ),
  fc.constantFrom(70, 5000, 200_000).map((length) => 'x'.repeat(length)),
  fc.constantFrom(0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324),
  fc.constantFrom(null, true, false, [], {}, [[]], { toString: 'x' }, { constructor: null }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values that fit a schema, or nearly: patterns with look-ahead are only approximated. */
export function fitting(schema: TSchema | SchemaNode): Arbitrary<unknown> {
  const node = schema as SchemaNode;
  if (node.const !== undefined) return fc.constant(node.const);
  if (node.enum !== undefined) return fc.constantFrom(...node.enum);
  if (node.anyOf !== undefined) return fc.oneof(...node.anyOf.map(fitting));
  switch (node.type) {
    case 'object':
      return objects(node);
    case 'array':
      return fc.array(fitting(node.items ?? {}), { maxLength: 4 });
    case 'string':
      return strings(node);
    case 'integer':
      return fc.integer({
        min: Math.max(node.minimum ?? -1000, Number.MIN_SAFE_INTEGER),
        max: Math.min(node.maximum ?? 1000, Number.MAX_SAFE_INTEGER),
      });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects({ properties = {}, required = [], patternProperties = {} }: SchemaNode): Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, fitting(field)]),
  );
  const known = fc.record(fields, { requiredKeys: [...required] });
  const [pattern] = Object.entries(patternProperties);
  if (pattern === undefined) return known;
  const keys = strings({ pattern: pattern[0], maxLength: 20 }) as Arbitrary<string>;
  return fc.dictionary(keys, fitting(pattern[1]), { maxKeys: 4 });
}

function strings({ pattern, minLength = 0, maxLength = 128 }: SchemaNode): Arbitrary<unknown> {
  if (pattern === undefined) return fc.string({ minLength, maxLength: Math.min(maxLength, 60) });
  if (!pattern.includes('(?!'))
    // long enough for a digest
    return fc.stringMatching(new RegExp(pattern), { maxLength: Math.min(maxLength, 128) });
  return fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}[a-z0-9]$/);
}

/** Values that fit but for one thing: a field of another kind, one too many, or one missing, at any depth. */
export function broken(schema: TSchema | SchemaNode): Arbitrary<unknown> {
  return fc.oneof(
    junk,
    fc
      .tuple(fitting(schema), fc.nat(), junk, fc.constantFrom('replace', 'add', 'remove'))
      .map(([value, seed, other, how]) => damage(value, seed, other, how)),
  );
}

function damage(value: unknown, seed: number, other: unknown, how: 'replace' | 'add' | 'remove'): unknown {
  if (typeof value !== 'object' || value === null) return other;
  if (Array.isArray(value)) return how === 'add' ? [...(value as unknown[]), other, other] : [other];
  const entries: [string, unknown][] = Object.entries(value);
  const chosen = entries[seed % Math.max(1, entries.length)];
  if (how === 'add' || chosen === undefined) return { ...value, [`surprise${seed % 7}`]: other };
  const [name, field] = chosen;
  if (how === 'remove') return Object.fromEntries(entries.filter(([key]) => key !== name));
  const deeper = seed % 3 !== 0 && typeof field === 'object' && field !== null;
  return { ...value, [name]: deeper ? damage(field, seed >> 2, other, how) : other };
}
