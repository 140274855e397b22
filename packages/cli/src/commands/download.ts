import { pipeline } from 'node:stream/promises';
import { type Command, exitCodes, type OperationDefinition } from '@insula/contract';
import { buildRequest } from '../arguments/request.ts';
import type { Session } from '../session.ts';

/** A command whose answer is a stream of text of the daemon's own, to standard output. */
export async function runDownload({ client, command, context, options }: Session): Promise<number> {
  const { operation } = command;
  if (operation === undefined) throw new Error('a download without a call');
  const called: Command & { readonly operation: OperationDefinition } = { ...command, operation };
  const response = await client.open(buildRequest(called, {}, options));
  await pipeline(response, context.stdout, { end: false });
  return exitCodes.ok;
}
