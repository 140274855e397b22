import { getSystemErrorName } from 'node:util';

/** A system call failed. Same shape as Node's own file errors, so that `code` tests work on both. */
export class SystemError extends Error {
  override readonly name = 'SystemError';
  /** Symbolic errno, such as 'ENOSPC'. */
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly path: string | undefined;

  constructor(failure: {
    readonly code: string;
    readonly errno: number;
    readonly syscall: string;
    readonly path?: string;
    /** More words from the kernel or about the argument. */
    readonly note?: string;
  }) {
    const where = failure.path === undefined ? '' : ` ${failure.path}`;
    const note = failure.note === undefined ? '' : `: ${failure.note}`;
    super(`${failure.syscall}${where} failed with ${failure.code}${note}`);
    this.code = failure.code;
    this.errno = failure.errno;
    this.syscall = failure.syscall;
    this.path = failure.path;
  }

  /** A failure that somebody else's errno tells of. */
  static ofNumber(failure: {
    readonly errno: number;
    readonly syscall: string;
    readonly path?: string;
  }): SystemError {
    const code = getSystemErrorName(-failure.errno);
    return new SystemError({ ...failure, code });
  }

  /** The same failure with more words. */
  withNote(note: string): SystemError {
    const { code, errno, syscall, path } = this;
    return new SystemError({ code, errno, syscall, ...(path === undefined ? {} : { path }), note });
  }
}

/** Whether an error, ours or Node's, carries one of these errno names. */
export const hasErrorCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code);

/** Node's error of a read or write by descriptor names no path: the same failure with one. Other errors come back as they are. */
export const withPath = (error: unknown, path: string, note?: string): unknown => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const errno = 'errno' in error && typeof error.errno === 'number' ? Math.abs(error.errno) : 0;
  const syscall = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : 'access';
  return new SystemError({ code: error.code, errno, syscall, path, ...(note === undefined ? {} : { note }) });
};
