import type { OperationDefinition } from '../operations/definition.ts';
import type { CommandOption, CommandPositional, CommandSecret, DerivedCommand, NameKind } from './command.ts';
import { optionsOf } from './options.ts';
import { asSchemaNode, type SchemaNode } from './schema.ts';

/**
 * The commands that the rows with a `cli` part stand for, in the order of the rows. Path parameters, query and body fields that are given by
 * position are no options; everything else in query and body is one.
 * @throws Error naming the row when a schema has no rule or two options would have one flag
 */
export function deriveCommands(rows: readonly OperationDefinition[]): readonly DerivedCommand[] {
  return rows.flatMap((row) => (row.cli ? [deriveCommand(row, row.cli)] : []));
}

function deriveCommand(
  row: OperationDefinition,
  cli: NonNullable<OperationDefinition['cli']>,
): DerivedCommand {
  const positionals = cli.positionals.map((positional) => derivePositional(row, positional));
  const given = (place: CommandPositional['place']) =>
    positionals.filter((positional) => positional.place === place).map(({ field }) => field);
  const query = asSchemaNode(row.query);
  const options = [
    ...optionsOf(asSchemaNode(row.body), 'body', given('body')),
    ...optionsOf(query, 'query', [...given('query'), ...(row.planned ? [] : ['dryRun'])]),
  ];
  const secrets = secretsOf(asSchemaNode(row.body));
  refuseTwins(row, options);
  return {
    verb: cli.verb,
    title: row.title,
    description: row.description,
    operation: row,
    positionals,
    options,
    ...(secrets.length > 0 ? { secrets } : {}),
    columns: cli.columns ?? [],
    examples: cli.examples,
    ...(cli.each ? { each: cli.each } : {}),
    own: cli.own ?? false,
  };
}

function secretsOf({ properties = {}, required = [] }: SchemaNode): readonly CommandSecret[] {
  return Object.entries(properties)
    .filter(([, property]) => property['x-secret'] === true)
    .map(([field, { description = field }]) => ({ field, required: required.includes(field), description }));
}

function derivePositional(
  row: OperationDefinition,
  {
    field,
    several = false,
    optional = false,
  }: { readonly field: string; readonly several?: boolean; readonly optional?: boolean },
): CommandPositional {
  const params = asSchemaNode(row.params).properties ?? {};
  const body = asSchemaNode(row.body).properties ?? {};
  const query = asSchemaNode(row.query).properties ?? {};
  const place = field in params ? 'params' : field in body ? 'body' : field in query ? 'query' : 'own';
  if (place === 'own' && !row.cli?.own)
    throw new Error(`${row.id}: positional ${field} is in neither path nor query nor body`);
  const schema: SchemaNode = params[field] ?? body[field] ?? query[field] ?? {};
  return {
    field,
    place,
    several,
    optional,
    description: schema.description ?? field,
    ...(place === 'params' ? { completes: namedBy(field) } : {}),
    ...(schema['x-file'] === true ? { completes: 'file' as const } : {}),
  };
}

/** A second thing of the same kind has a name of its own in the path. */
const namedBy = (field: string): NameKind => (field === 'other' ? 'template' : (field as NameKind));

function refuseTwins(row: OperationDefinition, options: readonly CommandOption[]): void {
  const seen = new Set<string>();
  for (const flag of options.flatMap((option) => [option.flag, ...option.aliases])) {
    if (seen.has(flag)) throw new Error(`${row.id}: two options are called --${flag}`);
    seen.add(flag);
  }
}
