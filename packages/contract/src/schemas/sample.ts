import { type Static, Type } from 'typebox';
import { ParameterValues } from '../parameters/values.ts';

export const SampleName = Type.String({
  pattern: '^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$',
  maxLength: 63,
  description: 'Name of a sample',
  examples: ['basic'],
});

const description = Type.String({
  maxLength: 256,
  pattern: '^[^\\u0000-\\u001f\\u007f]*$',
  description: 'What it is for',
});

/** A named set of parameters to make VEs from. */
export const Sample = Type.Object(
  {
    name: SampleName,
    description,
    shipped: Type.Boolean({ description: 'It comes with Insula and cannot be changed' }),
    parameters: ParameterValues,
  },
  { additionalProperties: false, $id: 'Sample' },
);
export type Sample = Static<typeof Sample>;

/** What `sample save` takes; a key that is no parameter is refused. */
export const SampleContent = Type.Object(
  { description: Type.Optional(description), parameters: ParameterValues },
  { additionalProperties: false, $id: 'SampleContent' },
);
export type SampleContent = Static<typeof SampleContent>;

export const sampleParts = ['all', 'cpu', 'memory', 'processes', 'disk', 'network'] as const;
export type SamplePart = (typeof sampleParts)[number];

export const SampleFinding = Type.Object(
  {
    severity: Type.Enum(['error', 'warning', 'recommendation']),
    parameter: Type.String(),
    problem: Type.String(),
  },
  { additionalProperties: false, $id: 'SampleFinding' },
);
export type SampleFinding = Static<typeof SampleFinding>;
