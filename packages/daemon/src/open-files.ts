import { CommandFailed, type Host } from '@insula/host';

/** Descriptors that the daemon asks for: the kernel's own default ceiling, fs.nr_open. */
const wanted = 1_048_576;

/**
 * Raises the number of files that the daemon may open, as far as the host lets it, and says what it is then. Processes of VEs
 * inherit this as their hard limit and cannot raise it from inside their user namespace.
 */
export async function raiseOpenFiles({ commands, files }: Pick<Host, 'commands' | 'files'>): Promise<number> {
  try {
    await commands.run(['prlimit', '--pid', String(process.pid), `--nofile=${wanted}:${wanted}`]);
  } catch (error) {
    // Without CAP_SYS_RESOURCE it stays what it is.
    if (!(error instanceof CommandFailed)) throw error;
  }
  const limits = await files.readText('/proc/self/limits');
  return Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? 1024);
}
