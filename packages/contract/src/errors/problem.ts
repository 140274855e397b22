import { type Static, Type } from 'typebox';

/** The body of every error answer: RFC 9457 problem details with our code, hint and details. */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What failed and why, with the values at hand' }),
    code: Type.String({ description: 'Stable code of the error catalogue' }),
    hint: Type.String({ description: 'What to do about it' }),
    details: Type.Record(
      Type.String(),
      Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Array(Type.String())]),
    ),
  },
  { $id: 'Problem', description: 'An error (RFC 9457)' },
);
export type Problem = Static<typeof Problem>;
