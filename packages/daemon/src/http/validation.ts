import { type CodedError, schemaFault } from '@insula/contract';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert, Default } from 'typebox/value';

type Part = 'body' | 'config' | 'querystring' | 'params' | 'headers';
type Checked = { readonly value: unknown } | { readonly error: CodedError };

/**
 * A validator of one part of a request, or of a configuration. Text parts (query, path) are converted to the types of their schema.
 * Defaults are filled in but in a body, which is taken as it is (typebox cannot fill a record that forbids unknown keys). Nothing
 * unknown passes.
 */
export function compileValidator(schema: TSchema, part: Part): (data: unknown) => Checked {
  const check = Compile(schema);
  const isText = part !== 'body' && part !== 'config';
  return (data) => {
    if ((data === undefined || data === null) && Type.IsOptional(schema)) return { value: undefined };
    const given: unknown = isText ? Convert(schema, data ?? {}) : data;
    const value: unknown = part === 'body' ? given : Default(schema, given);
    if (check.Check(value)) return { value };
    return { error: schemaFault(schema, check.Errors(value)) };
  };
}
