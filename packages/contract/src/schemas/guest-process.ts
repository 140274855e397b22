import { type Static, Type } from 'typebox';

/** Signals by their names of signal(7), without SIG: numbers of x86_64 and arm64. */
export const signalNumbers = {
  TERM: 15,
  KILL: 9,
  HUP: 1,
  INT: 2,
  QUIT: 3,
  USR1: 10,
  USR2: 12,
  STOP: 19,
  CONT: 18,
  TSTP: 20,
  ALRM: 14,
  ABRT: 6,
  PIPE: 13,
  TTIN: 21,
  TTOU: 22,
  WINCH: 28,
} as const;

const signalNames = Object.keys(signalNumbers) as (keyof typeof signalNumbers)[];

export const ProcessSignal = Type.Object(
  {
    pid: Type.Integer({
      minimum: 1,
      maximum: 4_194_304,
      description: 'Process, by its number inside the VE',
    }),
    signal: Type.Optional(
      Type.Enum(signalNames, { default: 'TERM', description: 'Signal, by its name without SIG' }),
    ),
  },
  { additionalProperties: false, $id: 'ProcessSignal' },
);
export type ProcessSignal = Static<typeof ProcessSignal>;

/** A name that no service manager takes for an option, a path or a pattern. */
export const ServiceName = Type.String({
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.:@\\\\-]*$',
  maxLength: 200,
  description: 'Service, as `insula services` names it',
  examples: ['nginx'],
});
