import { formatAmount } from '../parameters/amounts.ts';
import type { ParameterRow } from '../parameters/row.ts';
import { parameterTable } from '../parameters/table.ts';
import type { CommandOption, NameKind } from './command.ts';
import { recordValues, type SchemaNode, withoutNull } from './schema.ts';

const nameKinds: readonly string[] = ['ve', 'template', 'operation'];

interface Spot {
  readonly place: 'query' | 'body';
  readonly path: readonly string[];
  readonly required: boolean;
  /** Description of the object around, for properties that have none of their own. */
  readonly around: string;
}

/** `stopTimeout` as a flag: `stop-timeout`. */
export function kebabCase(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/**
 * The options of the properties of an object schema. Nested objects join their names (`--dns-servers`), arrays are lists, records take
 * `key=value`, `parameters` becomes one option per row of the parameter table.
 * @throws Error for a schema that no rule fits: the table of operations needs another shape or this module another rule
 */
export function optionsOf(
  schema: SchemaNode,
  place: 'query' | 'body',
  skip: readonly string[] = [],
): readonly CommandOption[] {
  return propertiesOf(schema, { place, path: [], required: true, around: '' }, skip);
}

function propertiesOf(
  schema: SchemaNode,
  spot: Spot,
  skip: readonly string[] = [],
): readonly CommandOption[] {
  return Object.entries(schema.properties ?? {})
    .filter(([name, property]) => !skip.includes(name) && property['x-secret'] !== true)
    .flatMap(([name, property]) =>
      optionsAt(property, {
        place: spot.place,
        path: [...spot.path, name],
        required: spot.path.length === 0 && (schema.required?.includes(name) ?? false),
        around: schema.description ?? spot.around,
      }),
    );
}

function optionsAt(property: SchemaNode, spot: Spot): readonly CommandOption[] {
  const { schema, nullable } = withoutNull(property);
  if (spot.path.at(-1) === 'parameters') return parameterOptions(schema, spot);
  if (schema.type === 'object' && schema.properties) return propertiesOf(schema, spot);
  return [
    {
      ...describe(property, spot),
      ...valueRules(schema, spot),
      nullable: nullable || hasNullableValues(schema),
    },
  ];
}

type Value = Pick<CommandOption, 'kind' | 'placeholder'> &
  Partial<Pick<CommandOption, 'values' | 'minimum' | 'maximum' | 'negatable'>>;

function valueRules(schema: SchemaNode, spot: Spot): Value {
  const word = kebabCase(spot.path.at(-1) ?? '');
  if (schema.enum) {
    const values = schema.enum.map(String);
    const joined = values.join('|');
    return { kind: 'enum', values, placeholder: joined.length <= 32 ? joined : word };
  }
  if (schema.type === 'boolean')
    return { kind: 'boolean', placeholder: '', negatable: spot.place === 'body' };
  if (schema.type === 'integer' || schema.type === 'number') {
    return {
      kind: schema.type,
      placeholder: 'number',
      ...(schema.minimum === undefined ? {} : { minimum: schema.minimum }),
      ...(schema.maximum === undefined ? {} : { maximum: schema.maximum }),
    };
  }
  if (schema.type === 'string') return { kind: 'string', placeholder: word };
  if (schema.type === 'array') {
    const values = schema.items?.enum?.map(String);
    return { kind: 'list', placeholder: `${word},...`, ...(values ? { values } : {}) };
  }
  if (schema.type === 'object' && recordValues(schema)) return { kind: 'map', placeholder: 'key=value' };
  throw new Error(`no rule makes an option of ${spot.place} property ${spot.path.join('.')}`);
}

function describe(
  property: SchemaNode,
  spot: Spot,
): Omit<CommandOption, 'kind' | 'placeholder' | 'nullable'> {
  const name = spot.path.at(-1) ?? '';
  const fallback = spot.around === '' ? name : `${spot.around}: ${name}`;
  return {
    flag: property['x-flag'] ?? spot.path.map(kebabCase).join('-'),
    aliases: [],
    ...(property['x-short'] === undefined ? {} : { short: property['x-short'] }),
    place: spot.place,
    path: spot.path,
    ...(property['x-file'] === true ? { file: true } : {}),
    description: property.description ?? property.items?.description ?? fallback,
    ...(property.default === undefined ? {} : { default: textOf(property.default) }),
    required: spot.required,
    negatable: false,
    ...(nameKinds.includes(name) ? { completes: name as NameKind } : {}),
  };
}

function placeholderOf({ unit, shape }: ParameterRow): string {
  if (unit === 'list') return 'list';
  return shape === 'pair' ? 'amount[:limit]' : 'amount';
}

function parameterOptions(schema: SchemaNode, spot: Spot): readonly CommandOption[] {
  const nullable = hasNullableValues(schema);
  return (parameterTable as readonly ParameterRow[]).map((row) => ({
    flag: row.name,
    aliases: row.aliases ?? [],
    place: spot.place,
    path: [...spot.path, row.name],
    kind: 'amount',
    placeholder: placeholderOf(row),
    description: row.text,
    default: formatAmount(row, row.default),
    required: false,
    negatable: false,
    nullable,
    parameter: row.name,
  }));
}

function hasNullableValues(schema: SchemaNode): boolean {
  const values = recordValues(schema);
  return values !== undefined && withoutNull(values).nullable;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
