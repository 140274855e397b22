import { type Static, Type } from 'typebox';

/**
 * The exec and console protocol over one WebSocket.
 * Client: first a text frame `ExecRequest` (console: `ConsoleRequest`); then binary frames of standard input and text frames
 * `StreamControl`. Server: binary frames, whose first byte says the stream (1 output, 2 error output), and one last text frame
 * `StreamEnd` before it closes. A binary frame is at most 64 KiB.
 */
export const streamChannel = { output: 1, error: 2 } as const;

export const maxStreamFrame = 65_536;

export const WindowSize = Type.Object(
  { columns: Type.Integer({ minimum: 1, maximum: 4096 }), rows: Type.Integer({ minimum: 1, maximum: 4096 }) },
  { additionalProperties: false },
);
export type WindowSize = Static<typeof WindowSize>;

/** No string that is handed to a program can hold the byte that ends it. */
const withoutNul = '^[^\\u0000]*$';

export const ExecRequest = Type.Object(
  {
    command: Type.Array(Type.String({ maxLength: 131_072, pattern: withoutNul }), {
      minItems: 0,
      maxItems: 4096,
      description: 'Empty: a login shell',
    }),
    env: Type.Optional(
      Type.Record(Type.String({ pattern: '^[^=\\u0000]+$' }), Type.String({ pattern: withoutNul }), {
        additionalProperties: false,
      }),
    ),
    cwd: Type.Optional(Type.String({ pattern: '^/[^\\u0000]*$', maxLength: 4096 })),
    user: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9._][A-Za-z0-9._-]*(?::[A-Za-z0-9._][A-Za-z0-9._-]*)?$',
        maxLength: 128,
        description: 'USER or USER:GROUP',
      }),
    ),
    terminal: Type.Optional(WindowSize),
  },
  { additionalProperties: false, $id: 'ExecRequest' },
);
export type ExecRequest = Static<typeof ExecRequest>;

export const ConsoleRequest = Type.Object(
  {
    terminal: Type.Optional(WindowSize),
    replayBytes: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_048_576 })),
  },
  { additionalProperties: false, $id: 'ConsoleRequest' },
);
export type ConsoleRequest = Static<typeof ConsoleRequest>;

export const StreamControl = Type.Union(
  [
    Type.Object({ kind: Type.Literal('eof') }, { additionalProperties: false }),
    Type.Object(
      { kind: Type.Literal('signal'), signal: Type.Integer({ minimum: 1, maximum: 64 }) },
      { additionalProperties: false },
    ),
    Type.Object({ kind: Type.Literal('resize'), ...WindowSize.properties }, { additionalProperties: false }),
  ],
  { $id: 'StreamControl' },
);
export type StreamControl = Static<typeof StreamControl>;

export const StreamEnd = Type.Union(
  [
    Type.Object({
      kind: Type.Literal('exit'),
      code: Type.Integer(),
      signal: Type.Union([Type.Integer(), Type.Null()]),
    }),
    Type.Object({ kind: Type.Literal('error'), problem: Type.Unknown() }),
  ],
  { $id: 'StreamEnd' },
);
export type StreamEnd = Static<typeof StreamEnd>;
