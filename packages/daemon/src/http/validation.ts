import { type CodedError, schemaFault } from '@insula/contract';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Convert, Default } from 'typebox/value';

type Part = 'body' | 'querystring' | 'params' | 'headers';
type Checked = { readonly value: unknown } | { readonly error: CodedError };

/**
 * A validator of one part of a request. Text parts (query, path) are converted to the types of their schema, and defaults filled
 * in; a body is taken as it is. Nothing unknown passes.
 */
export function compileValidator(schema: TSchema, part: Part): (data: unknown) => Checked {
  const check = Compile(schema);
  const isText = part !== 'body';
  return (data) => {
    if ((data === undefined || data === null) && Type.IsOptional(schema)) return { value: undefined };
    const value: unknown = isText ? Default(schema, Convert(schema, data ?? {})) : data;
    if (check.Check(value)) return { value };
    return { error: schemaFault(schema, check.Errors(value)) };
  };
}
