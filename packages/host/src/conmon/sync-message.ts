/** What conmon says through its sync pipe: the pid of the container's init, or why there is none. */
export type SyncMessage =
  | { readonly pid: number; readonly problem: null }
  | { readonly pid: null; readonly problem: string | null };

/**
 * Parses a line of conmon's sync pipe: `{"data": PID}` on success; `{"data": -1, "message": "…"}` with the words of runc on failure
 * (in API version 0 the key is `pid`). An empty line means that conmon ended without a word there.
 */
export const parseSyncMessage = (line: string): SyncMessage => {
  if (line.trim() === '') return { pid: null, problem: null };
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return { pid: null, problem: line };
  }
  if (typeof message !== 'object' || message === null) return { pid: null, problem: line };
  const fields = message as Record<string, unknown>;
  const pid = fields['data'] ?? fields['pid'];
  if (typeof pid === 'number' && pid > 0) return { pid, problem: null };
  return { pid: null, problem: typeof fields['message'] === 'string' ? fields['message'] : line };
};
