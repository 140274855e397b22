import { exitCodes, requestOf } from '@insula/contract';
import type { Session } from '../session.ts';

/** `insula usage export`: what VEs used, as CSV on standard output. */
export async function runUsageExport({ client, context, options }: Session): Promise<number> {
  const [month, ve] = [options.text('month'), options.text('ve')];
  const query = { ...(month === undefined ? {} : { month }), ...(ve === undefined ? {} : { ve }) };
  const response = await client.open(requestOf('usage.export', { query }));
  for await (const chunk of response) context.stdout.write(chunk as Buffer);
  return exitCodes.ok;
}
