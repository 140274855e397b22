import { fault } from '@insula/contract';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parseDocument } from 'yaml';
import { BaseDefinition, ExtendingDefinition, GuestProfile, type TemplateDefinition } from './definition.ts';

/**
 * Reads a template definition from YAML; `source` names the text in errors.
 * @throws CodedError invalid_input naming the file and the field
 */
export function parseDefinition(text: string, source: string): TemplateDefinition {
  const value = parseYaml(text, source);
  const extending = typeof value === 'object' && value !== null && 'extends' in value;
  return extending ? checked(ExtendingDefinition, value, source) : checked(BaseDefinition, value, source);
}

/**
 * Reads the profile of one kind of init from YAML.
 * @throws CodedError invalid_input naming the file and the field
 */
export function parseGuestProfile(text: string, source: string): GuestProfile {
  return checked(GuestProfile, parseYaml(text, source), source);
}

function parseYaml(text: string, source: string): unknown {
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  const error = document.errors[0];
  if (error !== undefined) {
    throw fault(
      'invalid_input',
      { field: source, problem: `not YAML: ${firstLine(error.message)}` },
      { cause: error },
    );
  }
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw fault(
      'invalid_input',
      { field: source, problem: `not YAML: ${firstLine(problem)}` },
      { cause: error },
    );
  }
}

function checked<Schema extends TSchema>(schema: Schema, value: unknown, source: string): Static<Schema> {
  const complete = Value.Default(schema, Value.Clone(value));
  if (Value.Check(schema, complete)) return complete;
  const unknownField = firstUnknownField(schema, complete);
  const { field, problem } = unknownField ?? firstProblem(schema, complete);
  throw fault('invalid_input', { field: field === '' ? source : `${source}: ${field}`, problem });
}

interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** A misspelt optional field is the commonest mistake, and a union would report it as "matches none". */
function firstUnknownField(schema: TSchema, value: unknown): FieldProblem | null {
  for (const error of Value.Errors(schema, value)) {
    if (error.keyword === 'additionalProperties') {
      const [name] = error.params.additionalProperties;
      return { field: fieldOf(`${error.instancePath}/${String(name)}`), problem: 'unknown field' };
    }
  }
  return null;
}

function firstProblem(schema: TSchema, value: unknown): FieldProblem {
  for (const error of Value.Errors(schema, value)) {
    if (error.keyword === 'required') {
      const [name] = error.params.requiredProperties;
      return { field: fieldOf(`${error.instancePath}/${String(name)}`), problem: 'is missing' };
    }
    if (error.keyword !== 'anyOf') return { field: fieldOf(error.instancePath), problem: error.message };
  }
  return { field: '', problem: 'does not have the form of a template definition' };
}

/** A JSON pointer as a person would write it: `/files/0/path` is `files[0].path`. */
const fieldOf = (pointer: string): string =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
