import { asCodedError, CodedError, fault } from '@insula/contract';
import { CommandFailed, hasErrorCode, SystemError } from '@insula/host';

/** Whatever was thrown below, in the words of the catalogue. */
export function codeError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  if (error instanceof CommandFailed) {
    return fault('tool_failed', { tool: error.argv[0] ?? '', problem: error.message }, { cause: error });
  }
  if (hasErrorCode(error, 'ENOSPC', 'EDQUOT') || isFullDatabase(error)) {
    const { path } = error as { readonly path?: string };
    return fault('no_space', { path: path ?? 'the pool', free: 0, needed: 'more' }, { cause: error });
  }
  if (error instanceof SystemError) {
    return fault('tool_failed', { tool: error.syscall, problem: error.message }, { cause: error });
  }
  return asCodedError(error);
}

/** SQLITE_FULL (sqlite.org/rescode.html): the file system of the node's own state has no space left. */
function isFullDatabase(error: unknown): boolean {
  return hasErrorCode(error, 'ERR_SQLITE_ERROR') && (error as { readonly errcode?: number }).errcode === 13;
}
