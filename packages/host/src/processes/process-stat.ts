/** What we use of /proc/PID/stat. */
export interface ProcessStat {
  readonly pid: number;
  readonly command: string;
  /** One letter of proc_pid_stat(5): R, S, D, Z, T, … */
  readonly state: string;
  readonly startTime: number;
}

/** Fields 3 (state) and 22 (starttime), counted from the first after the command. */
const stateField = 0;
const startTimeField = 19;

/**
 * Parses /proc/PID/stat (proc_pid_stat(5)). The command stands in parentheses and may itself hold spaces, parentheses and
 * line ends, so that only its last `)` ends it.
 * @returns null for a text that is no such file
 */
export const parseProcessStat = (text: string): ProcessStat | null => {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const pid = Number(text.slice(0, open));
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(' ');
  const state = fields[stateField];
  const startTime = Number(fields[startTimeField]);
  if (state === undefined || !Number.isSafeInteger(pid) || !Number.isSafeInteger(startTime)) return null;
  return { pid, command: text.slice(open + 1, close), state, startTime };
};
