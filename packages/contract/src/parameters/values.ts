import { type Static, type TSchema, Type } from 'typebox';
import { listPattern } from './lists.ts';
import type { ParameterRow } from './row.ts';
import { type ParameterName, parameterTable } from './table.ts';

const Amount = Type.Union([Type.Integer(), Type.Literal('unlimited')]);
export type ParameterAmount = Static<typeof Amount>;

const Pair = Type.Object(
  { barrier: Amount, limit: Amount },
  { additionalProperties: false, description: 'Where it becomes tight, and where it ends' },
);
export type ParameterPair = Static<typeof Pair>;

/** One amount, a barrier and a limit, or a list such as `0-3,8`. */
export type ParameterValue = ParameterAmount | ParameterPair | (string & {});

type ListName = Extract<(typeof parameterTable)[number], { readonly unit: 'list' }>['name'];
type ValueOf<Name extends ParameterName> = Name extends ListName ? string : ParameterAmount | ParameterPair;

/** Every parameter with its value. */
export type AllParameterValues = { readonly [Name in ParameterName]: ValueOf<Name> };

const List = Type.String({ pattern: `^all$|${listPattern.source}`, maxLength: 4096 });

/** A weight, a score or a switch is always some number; everything else may be without limit. */
const isAlwaysNumber = ({ unit }: ParameterRow) => ['weight', 'score', 'switch'].includes(unit);

const valueSchema = (row: ParameterRow): TSchema => {
  const range = { minimum: row.minimum, maximum: row.maximum };
  const description = `${row.text} (${row.unit}); default ${row.default}`;
  if (row.unit === 'list') return Type.String({ ...List, description });
  if (isAlwaysNumber(row)) return Type.Integer({ ...range, description });
  const one: TSchema[] = [Type.Integer(range), Type.Literal('unlimited')];
  return Type.Union(row.shape === 'pair' ? [...one, Pair] : one, { description });
};

/** Parameters by name; those left out have the default of their row. */
export const ParameterValues = Type.Unsafe<Partial<AllParameterValues>>(
  Type.Object(Object.fromEntries(parameterTable.map((row) => [row.name, Type.Optional(valueSchema(row))])), {
    additionalProperties: false,
    description: 'Resource parameters; those left out have their defaults',
  }),
);
export type ParameterValues = Static<typeof ParameterValues>;

/** What a call may ask for one parameter; null goes back to the default. Ranges are checked on the merged whole. */
export const ParameterChange = Type.Union([Amount, Pair, List, Type.Null()]);
