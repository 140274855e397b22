import { exitCodes } from '@insula/contract';
import { ask } from '../client/calls.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

/** `insula version`: ours, and that of the daemon where it answers. */
export async function runVersion({ client, context, json }: Session): Promise<number> {
  const daemon = await ask(client, 'node.show', {}, AbortSignal.timeout(2000)).then(
    (node) => node.version,
    () => null,
  );
  if (json) context.stdout.write(`${JSON.stringify({ insula: version, insulad: daemon }, null, 2)}\n`);
  else context.stdout.write(`insula ${version}\ninsulad ${daemon ?? 'does not answer'}\n`);
  return exitCodes.ok;
}
