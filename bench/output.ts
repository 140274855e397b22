import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a program of the host says. Meanwhile this process goes on: connections that the daemon closes are seen to be closed. */
export async function output(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { stdout } = await run(program, [...args], { maxBuffer: 2 ** 26, env });
  return stdout;
}
