import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors/usage-error.ts';
import { singleLine } from '../output/sanitize.ts';
import type { Session } from '../session.ts';
import { asksBefore } from './own-options.ts';

/**
 * Has the loss of VEs confirmed: the name of the one VE, or how many it is, must be typed. Without a terminal only `--yes` will do.
 * @throws UsageError when it was not confirmed
 */
export async function confirmTargets(
  { command, options, context }: Session,
  targets: readonly string[],
): Promise<void> {
  if (!asksBefore(command) || options.boolean('yes') || options.boolean('dry-run') || targets.length === 0)
    return;
  const verb = command.verb.join(' ');
  if (!context.stdin.isTTY || !context.stderr.isTTY) {
    throw new UsageError(`${verb} needs --yes where nobody can be asked`, 'all data of the VE will be lost');
  }
  const [only = ''] = targets;
  const expected = targets.length === 1 ? only : `${verb} ${targets.length}`;
  const what =
    targets.length === 1
      ? `VE ${only} and all its data`
      : `${targets.length} VEs and all their data: ${targets.join(', ')}`;
  context.stderr.write(`This will ${verb} ${singleLine(what)}.\n`);
  const prompt = createInterface({ input: context.stdin, output: context.stderr });
  try {
    const answer = await prompt.question(`Type "${expected}" to go on: `, {
      signal: AbortSignal.any([closed(prompt)]),
    });
    if (answer.trim() !== expected) throw new UsageError('not confirmed', 'nothing was done');
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError')
      throw new UsageError('not confirmed', 'nothing was done');
    throw error;
  } finally {
    prompt.close();
  }
}

/** Aborted when the input ends or Ctrl-C is typed: `question` alone would wait for ever. */
function closed(prompt: ReturnType<typeof createInterface>): AbortSignal {
  const controller = new AbortController();
  prompt.once('close', () => controller.abort());
  prompt.once('SIGINT', () => controller.abort());
  return controller.signal;
}
