import { exitCodes } from '@insula/contract';
import { UsageError } from '../errors/usage-error.ts';
import { positional, type Session } from '../session.ts';
import { completionScript, shells } from './scripts.ts';

/** `insula completion`. */
export function runCompletion(session: Session): Promise<number> {
  const name = positional(session, 'shell');
  const shell = shells.find((candidate) => candidate === name);
  if (!shell) throw new UsageError(`no completion for ${name}`, `there is one for ${shells.join(', ')}`);
  session.context.stdout.write(completionScript(shell));
  return Promise.resolve(exitCodes.ok);
}
