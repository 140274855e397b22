import { pipeline } from 'node:stream/promises';
import {
  type CallRequest,
  type Command,
  exitCodes,
  type GuestFile,
  type OperationDefinition,
} from '@insula/contract';
import { buildRequest } from '../arguments/request.ts';
import { UsageError } from '../errors/usage-error.ts';
import { positional, type Session } from '../session.ts';

/** `insula file get`: the bytes as they are, to standard output. */
export async function runFileGet(session: Session): Promise<number> {
  const { client, context } = session;
  await pipeline(await client.open(requestOf(session)), context.stdout, { end: false });
  return exitCodes.ok;
}

/** `insula file put`: standard input, to its end. */
export async function runFilePut(session: Session): Promise<number> {
  const { client, context, options, json, quiet } = session;
  const version = options.text('version');
  const isNew = options.boolean('new') ?? false;
  if (isNew && version !== undefined)
    throw new UsageError('--new and --version exclude each other', 'a file that is not there has no version');
  if (context.stdin.isTTY === true)
    throw new UsageError('the content is expected on standard input', 'for example < FILE');
  const headers = {
    'content-type': 'application/octet-stream',
    ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
    ...(isNew ? { 'if-none-match': '*' } : {}),
  };
  const { result } = await client.call<GuestFile>(requestOf(session), { headers, stream: context.stdin });
  if (json) context.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  else if (!quiet) context.stdout.write(`${result.version}\n`);
  return exitCodes.ok;
}

function requestOf(session: Session): CallRequest {
  const command = session.command as Command & { readonly operation: OperationDefinition };
  const given = { ve: positional(session, 've'), path: positional(session, 'path') };
  return buildRequest(command, given, session.options);
}
