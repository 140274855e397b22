import { CommandFailed, type Host } from '@insula/host';
import type { ProcessLimits } from '@insula/resources';

/** Descriptors that the daemon asks for: the kernel's own default ceiling, fs.nr_open. */
const wantedFiles = 1_048_576;

/** The rows of /proc/PID/limits, and what prlimit(1) calls them. */
const limits = {
  RLIMIT_NOFILE: { row: 'Max open files', option: `--nofile=${wantedFiles}:${wantedFiles}` },
  RLIMIT_MEMLOCK: { row: 'Max locked memory', option: '--memlock=unlimited' },
  RLIMIT_SIGPENDING: { row: 'Max pending signals', option: '--sigpending=unlimited' },
} as const;

/**
 * Raises what each process that the daemon starts may have, as far as the host lets it, and says what it is then; null: no limit.
 * Processes of VEs get no more than this, and cannot raise it from inside their user namespace.
 */
export async function raiseProcessLimits({
  commands,
  files,
}: Pick<Host, 'commands' | 'files'>): Promise<ProcessLimits> {
  for (const { option } of Object.values(limits)) {
    try {
      await commands.run(['prlimit', '--pid', String(process.pid), option]);
    } catch (error) {
      // Without CAP_SYS_RESOURCE it stays what it is.
      if (!(error instanceof CommandFailed)) throw error;
    }
  }
  const text = await files.readText('/proc/self/limits');
  return Object.fromEntries(
    Object.entries(limits).map(([name, { row }]) => {
      const hard = new RegExp(`^${row}\\s+\\S+\\s+(\\d+|unlimited)`, 'm').exec(text)?.[1] ?? '1024';
      return [name, hard === 'unlimited' ? null : Number(hard)];
    }),
  );
}
