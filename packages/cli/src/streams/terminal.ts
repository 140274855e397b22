import type { WindowSize } from '@insula/contract';
import type { Context, Input } from '../context.ts';

/** The size of the terminal on standard output, or that of a classic one. */
export function windowSize({ stdout }: Context): WindowSize {
  const within = (value: number | undefined, otherwise: number) =>
    Math.min(4096, Math.max(1, value || otherwise));
  return { columns: within(stdout.columns, 80), rows: within(stdout.rows, 24) };
}

/** Hands every key to the program at once, unechoed, until disposed of. */
export function rawMode(input: Input): Disposable {
  const raw = input.isTTY === true && typeof input.setRawMode === 'function';
  if (raw) input.setRawMode?.(true);
  return {
    [Symbol.dispose]() {
      if (raw) input.setRawMode?.(false);
    },
  };
}

export interface InputHandlers {
  /** The next piece is read when this has settled. */
  readonly onBytes: (bytes: Buffer) => Promise<void>;
  readonly onEnd: () => void;
}

/** Reads an input piece by piece until disposed of. */
export function readInput(input: Input, { onBytes, onEnd }: InputHandlers): Disposable {
  let open = true;
  const onData = (chunk: Buffer | string) => {
    input.pause();
    void onBytes(Buffer.from(chunk)).then(() => {
      if (open) input.resume();
    });
  };
  input.on('data', onData);
  input.once('end', onEnd);
  return {
    [Symbol.dispose]() {
      open = false;
      input.off('data', onData);
      input.off('end', onEnd);
      input.pause();
    },
  };
}
