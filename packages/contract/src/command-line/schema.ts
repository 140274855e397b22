import type { TSchema } from 'typebox';

/** The parts of a JSON Schema that the command line looks at. */
export interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minProperties?: number;
  readonly description?: string;
  readonly default?: unknown;
  readonly 'x-flag'?: string;
  readonly 'x-short'?: string;
  /** A path on the node: the command line takes relative ones, too. */
  readonly 'x-file'?: boolean;
  /** Never to be seen: asked for, and no option, which everybody on the machine could read. */
  readonly 'x-secret'?: boolean;
}

export function asSchemaNode(schema: TSchema | undefined): SchemaNode {
  return (schema ?? {}) as SchemaNode;
}

/** Whether a body may be left out of a call altogether. */
export function isOptional(schema: TSchema): boolean {
  return '~optional' in schema;
}

/** A schema without its `or null`, and whether it had one. A union of one is that one. */
export function withoutNull(schema: SchemaNode): { readonly schema: SchemaNode; readonly nullable: boolean } {
  if (!schema.anyOf) return { schema, nullable: false };
  const rest = schema.anyOf.filter((choice) => choice.type !== 'null');
  const nullable = rest.length < schema.anyOf.length;
  const [only] = rest;
  if (only === undefined || rest.length > 1) return { schema: { ...schema, anyOf: rest }, nullable };
  return {
    schema: schema.description === undefined ? only : { ...only, description: schema.description },
    nullable,
  };
}

/** The schema of the values of a record, undefined of anything else. */
export function recordValues(schema: SchemaNode): SchemaNode | undefined {
  const [pattern] = Object.values(schema.patternProperties ?? {});
  if (pattern) return pattern;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}
