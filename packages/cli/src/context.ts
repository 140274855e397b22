import type { Readable, Writable } from 'node:stream';

/** A stream that people or programs read. */
export type Output = Writable & {
  readonly isTTY?: boolean;
  /** 0 where the terminal does not tell, as on a serial line; so are rows. */
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

export type Input = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Where signals to this process arrive. */
export interface Signals {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown;
}

/** Everything that a command may touch of the process that it runs in. */
export interface Context {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signals: Signals;
}

/** Whether an output can be drawn on: a terminal that can move its cursor. */
export function isDrawable(output: Output, { environment }: Context): boolean {
  return output.isTTY === true && environment['TERM'] !== 'dumb';
}

/** https://no-color.org */
export function hasColour(output: Output, context: Context): boolean {
  return isDrawable(output, context) && (context.environment['NO_COLOR'] ?? '') === '';
}

/** Whether more than ASCII can be shown. */
export function hasUnicode({ environment }: Context): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return /utf-?8/i.test(locale);
}
