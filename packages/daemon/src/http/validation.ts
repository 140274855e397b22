import { type CodedError, fault } from '@insula/contract';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert, Default, Pointer } from 'typebox/value';

type Part = 'body' | 'querystring' | 'params' | 'headers';
type Checked = { readonly value: unknown } | { readonly error: CodedError };

/**
 * A validator of one part of a request. Text parts (query, path) are converted to the types of their schema; a body must have
 * them already. Nothing unknown passes.
 */
export function compileValidator(schema: TSchema, part: Part): (data: unknown) => Checked {
  const check = Compile(schema);
  const isText = part !== 'body';
  return (data) => {
    if ((data === undefined || data === null) && Type.IsOptional(schema)) return { value: undefined };
    const value: unknown = Default(schema, isText ? Convert(schema, data ?? {}) : data);
    if (check.Check(value)) return { value };
    return { error: describe(schema, check.Errors(value)) };
  };
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: unknown;
  readonly message: string;
}

/** The first error as one of ours, naming the field by its dotted path. */
function describe(schema: TSchema, errors: readonly SchemaError[]): CodedError {
  const unknown = errors.find((error) => error.keyword === 'additionalProperties');
  if (unknown !== undefined) {
    const { additionalProperties: names } = unknown.params as {
      readonly additionalProperties: readonly string[];
    };
    return fault('unknown_field', { field: join(unknown.instancePath, names[0] ?? '') });
  }
  const required = errors.find((error) => error.keyword === 'required');
  if (required !== undefined) {
    const { requiredProperties: names } = required.params as {
      readonly requiredProperties: readonly string[];
    };
    return fault('invalid_input', {
      field: join(required.instancePath, names[0] ?? ''),
      problem: 'is required',
    });
  }
  const [first] = errors;
  return fault('invalid_input', {
    field: join(first?.instancePath ?? '', ''),
    problem: problemOf(schema, first),
  });
}

function problemOf(schema: TSchema, error: SchemaError | undefined): string {
  if (error === undefined) return 'does not fit the schema';
  const { allowedValues } = error.params as { readonly allowedValues?: readonly unknown[] };
  if (allowedValues !== undefined) return `must be one of ${allowedValues.join(', ')}`;
  // A regular expression tells people nothing: what the field is, in words, does.
  const { description } = Pointer.Get(schema, error.schemaPath.slice(1)) as { readonly description?: string };
  return error.keyword === 'pattern' && description !== undefined
    ? `is not accepted; expected: ${lowerFirst(description)}`
    : error.message;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function join(instancePath: string, name: string): string {
  const parts = instancePath.split('/').filter((part) => part !== '');
  return [...parts, ...(name === '' ? [] : [name])].join('.') || 'body';
}
