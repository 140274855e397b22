import { Type } from 'typebox';
import type { ParameterName } from '../parameters/table.ts';

/** How long a call may take; `parameter` of the VE holds beside it. */
export const TimeLimit = (parameter: ParameterName) =>
  Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 604_800,
      description: `Seconds that it may take before it is given up and undone; the parameter ${parameter} of the VE holds as well`,
    }),
  );
