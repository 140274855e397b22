import { fault } from '@insula/contract';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { parseDocument } from 'yaml';
import {
  ArchiveSource,
  BaseDefinition,
  BusyboxSource,
  ExtendingDefinition,
  GuestProfile,
  ImageSource,
  LinkFile,
  MmdebstrapSource,
  PlainFile,
  type TemplateDefinition,
} from './definition.ts';

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
  return parseChecked(GuestProfile, text, source);
}

/** Reads anything of a schema from YAML. @throws CodedError invalid_input naming the file and the field */
export function parseChecked<Schema extends TSchema>(
  schema: Schema,
  text: string,
  source: string,
): Static<Schema> {
  return checked(schema, parseYaml(text, source), source);
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
  const { field, problem } =
    firstOf(partsOf(schema, complete).map(firstProblemOfPart)) ??
    firstProblem(schema, complete, '') ??
    unnamed;
  throw fault('invalid_input', { field: field === '' ? source : `${source}: ${field}`, problem });
}

interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

interface Part {
  readonly schema: TSchema;
  readonly value: unknown;
  readonly pointer: string;
}

const unnamed: FieldProblem = { field: '', problem: 'does not have the form that is wanted here' };

/** The parts that may have one of two forms, each with the form it is meant to have: a union itself says only "matches none". */
function partsOf(schema: TSchema, value: unknown): readonly Part[] {
  if (!isRecord(value) || !isRecord(schema) || !isRecord(schema['properties'])) return [];
  const { source, files } = value;
  const parts: Part[] = [];
  if (isRecord(source) && 'source' in schema['properties']) {
    const form = sourceForms[String(source['kind'])] ?? MmdebstrapSource;
    parts.push({ schema: form, value: source, pointer: '/source' });
  }
  for (const [index, file] of (Array.isArray(files) ? (files as readonly unknown[]) : []).entries()) {
    const form = isRecord(file) && 'link' in file ? LinkFile : PlainFile;
    parts.push({ schema: form, value: file, pointer: `/files/${index}` });
  }
  return parts;
}

const sourceForms: Readonly<Record<string, TSchema>> = {
  busybox: BusyboxSource,
  archive: ArchiveSource,
  image: ImageSource,
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const firstOf = (problems: readonly (FieldProblem | null)[]): FieldProblem | undefined =>
  problems.find((problem) => problem !== null);

const firstProblemOfPart = ({ schema, value, pointer }: Part): FieldProblem | null =>
  firstProblem(schema, Value.Default(schema, Value.Clone(value)), pointer);

/** What is wrong with a value; a misspelt field before everything else, for it is the cause of what else is wrong. */
function firstProblem(schema: TSchema, value: unknown, pointer: string): FieldProblem | null {
  const errors = Value.Errors(schema, value);
  for (const error of errors) {
    if (error.keyword !== 'additionalProperties') continue;
    const [name] = error.params.additionalProperties;
    return { field: fieldOf(`${pointer}${error.instancePath}/${String(name)}`), problem: 'unknown field' };
  }
  for (const error of errors) {
    if (error.keyword !== 'required') continue;
    const [name] = error.params.requiredProperties;
    return { field: fieldOf(`${pointer}${error.instancePath}/${String(name)}`), problem: 'is missing' };
  }
  const [error] = errors;
  return error === undefined
    ? null
    : { field: fieldOf(`${pointer}${error.instancePath}`), problem: error.message };
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
