import type { TSchema } from 'typebox';
import { Pointer } from 'typebox/value';
import { type CodedError, fault } from '../errors/coded-error.ts';

/** An error as typebox tells it. */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: unknown;
  readonly message: string;
}

/**
 * The first of the reasons why a value does not fit a schema, as unknown_field or invalid_input. The field is named by its dotted
 * path, the value itself as `whole`.
 */
export function schemaFault(schema: TSchema, errors: readonly SchemaError[], whole = 'body'): CodedError {
  const unknown = errors.find((error) => error.keyword === 'additionalProperties');
  if (unknown !== undefined) {
    const { additionalProperties: names } = unknown.params as {
      readonly additionalProperties: readonly string[];
    };
    return fault('unknown_field', { field: join(unknown.instancePath, names[0] ?? '') || whole });
  }
  const required = errors.find((error) => error.keyword === 'required');
  if (required !== undefined) {
    const { requiredProperties: names } = required.params as {
      readonly requiredProperties: readonly string[];
    };
    return fault('invalid_input', {
      field: join(required.instancePath, names[0] ?? '') || whole,
      problem: 'is required',
    });
  }
  const [first] = errors;
  return fault('invalid_input', {
    field: join(first?.instancePath ?? '', '') || whole,
    problem: problemOf(schema, first),
  });
}

function problemOf(schema: TSchema, error: SchemaError | undefined): string {
  if (error === undefined) return 'does not fit the schema';
  const { allowedValues } = error.params as { readonly allowedValues?: readonly unknown[] };
  if (allowedValues !== undefined) return `must be one of ${allowedValues.join(', ')}`;
  // A regular expression tells people nothing: what the field is, in words, does.
  const part = Pointer.Get(schema, error.schemaPath.slice(1)) as
    | { readonly description?: string }
    | undefined;
  return error.keyword === 'pattern' && part?.description !== undefined
    ? `is not accepted; expected: ${lowerFirst(part.description)}`
    : error.message;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** A JSON pointer (RFC 6901) and a name below it. */
function join(instancePath: string, name: string): string {
  const parts = instancePath
    .split('/')
    .filter((part) => part !== '')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...parts, ...(name === '' ? [] : [name])].join('.');
}
