import { type Static, type TSchema, Type } from 'typebox';
import { type ParameterName, type ParameterRow, parameterTable } from './table.ts';

const amount = (row: ParameterRow): TSchema =>
  Type.Union([Type.Integer({ minimum: row.minimum, maximum: row.maximum }), Type.Literal('unlimited')], {
    description: `${row.text} (${row.unit}); default ${row.default}`,
  });

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
