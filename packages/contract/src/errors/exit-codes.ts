/**
 * Exit codes of `insula`, one per class of outcome, so that scripts can tell classes apart without parsing text.
 * `exec` and `enter` pass the exit code of the command inside the VE through (0–255) and use 125 for failures of their own.
 */
export const exitCodes = {
  ok: 0,
  internal: 1,
  usage: 2,
  notFound: 3,
  conflict: 4,
  refused: 5,
  resources: 6,
  unavailable: 7,
  host: 8,
  cancelled: 9,
  timeout: 10,
  execFailed: 125,
} as const;

export type ExitClass = keyof typeof exitCodes;

/** What each exit code means; printed in the man page and in the reference. */
export const exitCodeMeanings: Readonly<Record<ExitClass, string>> = {
  ok: 'success',
  internal: 'a fault of insula itself; the log of insulad has more',
  usage: 'wrong options, values or input',
  notFound: 'no such VE, template, operation or file',
  conflict: 'the state does not allow it, a name or address is taken, or another operation holds the VE',
  refused: 'not permitted, or the VE is protected',
  resources: 'no space, addresses or other capacity left',
  unavailable: 'insulad cannot be reached',
  host: 'the host lacks something, or one of its tools failed',
  cancelled: 'the operation was cancelled',
  timeout: 'the time allowed ran out',
  execFailed: 'exec, enter or console could not run the command (otherwise they pass its own code through)',
};
