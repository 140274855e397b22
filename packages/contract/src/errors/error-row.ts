import type { ExitClass } from './exit-codes.ts';

export interface ErrorRow {
  /** HTTP status of the answer. */
  readonly status: number;
  readonly exit: ExitClass;
  /** What failed; `{name}` is replaced from the details. Lower-case, no full stop. */
  readonly message: string;
  /** What to do about it, with the same placeholders. */
  readonly hint: string;
}

export const row = (status: number, exit: ExitClass, message: string, hint: string): ErrorRow => ({
  status,
  exit,
  message,
  hint,
});
