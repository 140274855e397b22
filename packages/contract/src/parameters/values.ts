import { type Static, type TSchema, Type } from 'typebox';
import { type ParameterName, type ParameterRow, parameterTable } from './table.ts';

/** A weight is always some number; everything else may be without limit. */
const amount = (row: ParameterRow): TSchema => {
  const range = { minimum: row.minimum, maximum: row.maximum };
  const description = `${row.text} (${row.unit}); default ${row.default}`;
  return row.unit === 'weight'
    ? Type.Integer({ ...range, description })
    : Type.Union([Type.Integer(range), Type.Literal('unlimited')], { description });
};

const Amount = Type.Union([Type.Integer(), Type.Literal('unlimited')]);
type Amount = Static<typeof Amount>;

/** Parameters by name; those left out have the default of their row. */
export const ParameterValues = Type.Unsafe<{ readonly [name in ParameterName]?: Amount }>(
  Type.Object(Object.fromEntries(parameterTable.map((row) => [row.name, Type.Optional(amount(row))])), {
    additionalProperties: false,
    description: 'Resource parameters; those left out have their defaults',
  }),
);
export type ParameterValues = Static<typeof ParameterValues>;
export type ParameterAmount = Amount;
