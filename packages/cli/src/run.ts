import { exitCodes } from '@insula/contract';
import { parseCommandLine } from './arguments/parse.ts';
import { verbOf } from './arguments/verb.ts';
import { type CallSession, runCall } from './commands/run-call.ts';
import { nameOf } from './commands/table.ts';
import type { Context } from './context.ts';
import { exitCodeOf, reportError } from './errors/report.ts';
import { openSession, type Session } from './session.ts';

type Runner = (session: Session) => Promise<number>;

/** Verbs with code of their own, loaded when they are used. */
const ownRunners: Readonly<Record<string, () => Promise<Runner>>> = {
  exec: async () => (await import('./commands/exec.ts')).runExec,
  enter: async () => (await import('./commands/exec.ts')).runEnter,
  console: async () => (await import('./commands/console.ts')).runConsole,
  log: async () => (await import('./commands/log.ts')).runLog,
  cp: async () => (await import('./commands/cp.ts')).runCopy,
  'audit export': async () => (await import('./commands/download.ts')).runDownload,
  'file get': async () => (await import('./commands/file-contents.ts')).runFileGet,
  'file put': async () => (await import('./commands/file-contents.ts')).runFilePut,
  events: async () => (await import('./commands/events.ts')).runEvents,
  top: async () => (await import('./commands/top.ts')).runTop,
  'usage export': async () => (await import('./commands/usage-export.ts')).runUsageExport,
  login: async () => (await import('./login/login.ts')).runLogin,
  logout: async () => (await import('./login/login.ts')).runLogout,
  completion: async () => (await import('./completion/print-script.ts')).runCompletion,
  version: async () => (await import('./commands/show-version.ts')).runVersion,
  help: async () => (await import('./commands/help.ts')).runHelp,
};

/** Asked for by the completion scripts only; see `completion/`. */
const completeVerb = '__complete';

/**
 * Runs one command line.
 * @returns its exit code; errors have been reported
 */
export async function run(argv: readonly string[], context: Context): Promise<number> {
  if (argv[0] === completeVerb) {
    const { complete } = await import('./completion/complete.ts');
    return await complete(argv.slice(1), context);
  }
  let session: Session | undefined;
  try {
    const parsed = parseCommandLine(argv, { columns: context.stdout.columns || undefined });
    if (parsed.kind === 'show') {
      context.stdout.write(parsed.text);
      return exitCodes.ok;
    }
    session = openSession(parsed, context);
    const runner = await (ownRunners[nameOf(session.command)]?.() ?? runDerived);
    return await runner(session);
  } catch (error) {
    const json = session?.json ?? argv.includes('--json');
    reportError(context, error, { command: session?.command, json });
    return exitCodeOf(error, session ? nameOf(session.command) : verbOf(argv));
  }
}

const runDerived: Runner = (session) => {
  if (!session.command.operation) throw new Error(`no code for ${nameOf(session.command)}`);
  return runCall(session as CallSession);
};
