import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import type { CriuFacts, ToolFact } from './host-facts.ts';

const searchPath = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const patienceMs = 10_000;

/** Tools of iproute2 know -V only. */
const versionOptions: Readonly<Record<string, string>> = { ip: '-V', tc: '-V', bridge: '-V' };

const findProgram = async (name: string): Promise<string | null> => {
  const candidates = name.includes('/') ? [name] : searchPath.map((dir) => join(dir, name));
  for (const path of candidates) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
};

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a program says, whether it succeeds or not; null when it cannot be run. */
const sayingOf = async (
  commands: CommandRunner,
  argv: readonly string[],
  { signal }: ProbeOptions,
): Promise<{ readonly succeeded: boolean; readonly text: string } | null> => {
  try {
    const options = { timeoutMs: patienceMs, ...(signal === undefined ? {} : { signal }) };
    const { stdout, stderr } = await commands.run(argv, options);
    return { succeeded: true, text: `${stdout}${stderr}` };
  } catch (error) {
    if (!(error instanceof CommandFailed) || error.isNotFound) return null;
    return { succeeded: false, text: `${error.stdout}${error.stderr}` };
  }
};

export const probeTool = async (
  commands: CommandRunner,
  name: string,
  options: ProbeOptions,
): Promise<ToolFact> => {
  const path = await findProgram(name);
  if (path === null) return { name, path, version: null };
  const said = await sayingOf(commands, [path, versionOptions[name] ?? '--version'], options);
  const line = said?.succeeded === true ? said.text.trim().split('\n')[0] : undefined;
  return { name, path, version: line === undefined || line === '' ? null : line };
};

export const probeCriu = async (
  commands: CommandRunner,
  program: string,
  options: ProbeOptions,
): Promise<CriuFacts> => {
  const check = await sayingOf(commands, [program, 'check'], options);
  if (check === null) return { usable: null, message: null, dirtyTracking: null };
  const tracking = await sayingOf(commands, [program, 'check', '--feature', 'mem_dirty_track'], options);
  return {
    usable: check.succeeded,
    message: check.succeeded ? null : check.text.trim(),
    dirtyTracking: tracking?.succeeded ?? null,
  };
};

/** Whether a command succeeds; what it says does not matter. */
export const succeeds = async (
  commands: CommandRunner,
  argv: readonly string[],
  options: ProbeOptions & { readonly stdin?: string } = {},
): Promise<boolean> => {
  const { signal, stdin } = options;
  try {
    await commands.run(argv, {
      timeoutMs: patienceMs,
      ...(signal === undefined ? {} : { signal }),
      ...(stdin === undefined ? {} : { stdin }),
    });
    return true;
  } catch {
    return false;
  }
};
