import { type Static, type TSchema, Type } from 'typebox';
import type { OperationDefinition } from './definition.ts';

const field = '[A-Za-z][A-Za-z0-9]{0,39}(?:\\.[A-Za-z][A-Za-z0-9]{0,39}){0,4}';

const selecting = {
  filter: Type.Optional(
    Type.Array(Type.String({ pattern: `^${field}(?:!=|<=|>=|=|<|>|~)`, maxLength: 512 }), {
      maxItems: 16,
      description:
        'Only what has `field=value`, `field!=value`, `field~part` (letter case does not matter), or `field<value` (`<=`, `>`, `>=`); a list has each of its items. Repeated: all of them',
    }),
  ),
  sort: Type.Optional(
    Type.String({
      pattern: `^-?${field}(?:,-?${field}){0,7}$`,
      description: 'Fields to sort by, after commas; `-field` for the highest first',
    }),
  ),
  fields: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9]{0,39}(?:,[A-Za-z][A-Za-z0-9]{0,39}){0,63}$',
      description: 'Fields to answer with, after commas; default: all',
    }),
  ),
};

const paging = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'How many at most; the header `Link` with `rel="next"` tells where the rest is',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,2048}$',
      description: 'Where to go on: from the `Link` of the answer before, with the same filter and sort',
    }),
  ),
};

/** What every list can be asked for besides its own query. */
export const ListQuery = Type.Object({ ...selecting, ...paging }, { additionalProperties: false });
export type ListQuery = Static<typeof ListQuery>;

type Fields = Readonly<Record<string, TSchema>>;
const propertiesOf = (schema: unknown): Fields | undefined =>
  (schema as { readonly properties?: Fields } | undefined)?.properties;

/** The fields of a list's items; null for a call that answers with no list. */
export function listFields({ kind, method, result }: OperationDefinition): ReadonlySet<string> | null {
  if (kind !== 'read' || method !== 'GET') return null;
  const properties = propertiesOf((result as { readonly items?: TSchema }).items);
  return properties === undefined ? null : new Set(Object.keys(properties));
}

/** The query that a call takes: its own, and of a list what every list can be asked for. One with a limit of its own has no pages. */
export function querySchemaOf(row: OperationDefinition): TSchema | undefined {
  if (listFields(row) === null) return row.query;
  const own = propertiesOf(row.query) ?? {};
  const more = 'limit' in own ? selecting : { ...selecting, ...paging };
  return Type.Object({ ...own, ...more }, { additionalProperties: false });
}
