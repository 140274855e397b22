import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StringDecoder } from 'node:string_decoder';
import { type Command, exitCodes, type OperationDefinition } from '@insula/contract';
import { buildRequest } from '../arguments/request.ts';
import { TerminalFilter } from '../output/sanitize.ts';
import { positional, type Session } from '../session.ts';

/** `insula log`: as it is into a pipe or file; on a terminal without what a terminal would act on. */
export async function runLog(session: Session): Promise<number> {
  const { client, context, options } = session;
  const command = session.command as Command & { readonly operation: OperationDefinition };
  const response = await client.open(buildRequest(command, { ve: positional(session, 've') }, options));
  if (context.stdout.isTTY) await pipeline(response, harmless(), context.stdout, { end: false });
  else await pipeline(response, context.stdout, { end: false });
  return exitCodes.ok;
}

function harmless(): Transform {
  const decoder = new StringDecoder('utf8');
  const filter = new TerminalFilter();
  return new Transform({
    transform(chunk: Buffer, _, done) {
      done(null, filter.feed(decoder.write(chunk)));
    },
    flush(done) {
      // colours that the VE left on would stain what comes after
      done(null, `${filter.feed(decoder.end())}\u001b[0m`);
    },
  });
}
