import { resolve } from 'node:path';
import {
  asSchemaNode,
  type CallRequest,
  type Command,
  isOptional,
  type OperationDefinition,
} from '@insula/contract';
import { UsageError } from '../errors/usage-error.ts';
import type { OptionValue } from './option-values.ts';
import type { ParsedOptions } from './parsed-options.ts';

/**
 * The call that a command line asks for, with one value per positional, or a list where the body wants one.
 * @throws UsageError when the body must say something and nothing was given
 */
export function buildRequest(
  command: Command & { readonly operation: OperationDefinition },
  positionals: Readonly<Record<string, string | readonly string[] | undefined>>,
  options: ParsedOptions,
): CallRequest {
  const params: Record<string, string> = {};
  const query: Record<string, string> = {};
  const body: Record<string, unknown> = {};
  for (const { field, place, completes } of command.positionals) {
    const given = positionals[field];
    if (given === undefined) continue;
    const value = completes === 'file' && typeof given === 'string' ? resolve(given) : given;
    if (place === 'params') params[field] = String(value);
    if (place === 'query') query[field] = String(value);
    if (place === 'body') body[field] = asWanted(command.operation, field, value);
  }
  for (const option of command.options) {
    const given = options.value(option.flag);
    if (given === undefined) continue;
    const value = option.file === true && typeof given === 'string' ? resolve(given) : given;
    if (option.place === 'query') query[option.path.join('.')] = queryText(value);
    if (option.place === 'body') setAt(body, option.path, value);
  }
  const { body: schema } = command.operation;
  const request = { definition: command.operation, params, query };
  if (!schema) return request;
  if (Object.keys(body).length > 0) return { ...request, body };
  if ((asSchemaNode(schema).minProperties ?? 0) > 0) {
    throw new UsageError(
      'nothing to change',
      `\`insula ${command.verb.join(' ')} --help\` shows what can be given`,
    );
  }
  return isOptional(schema) ? request : { ...request, body };
}

/** A number where the body wants one. What is none stays as it is: the answer then names the field. */
function asWanted({ body }: OperationDefinition, field: string, value: unknown): unknown {
  if (typeof value !== 'string' || !/^-?\d{1,15}(?:\.\d{1,15})?$/.test(value)) return value;
  const { type } = asSchemaNode(asSchemaNode(body).properties?.[field]);
  return type === 'integer' || type === 'number' ? Number(value) : value;
}

function queryText(value: OptionValue): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? value.join(',') : JSON.stringify(value);
}

function setAt(target: Record<string, unknown>, [name, ...rest]: readonly string[], value: unknown): void {
  if (name === undefined) return;
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = (target[name] ?? {}) as Record<string, unknown>;
  target[name] = inner;
  setAt(inner, rest, value);
}
