import { setTimeout as sleep } from 'node:timers/promises';
import type { Authority, OperationTable, ResultOf } from '@insula/contract';
import { ApiClient } from './api-client.ts';
import { BenchNode, memoryOf } from './bench-node.ts';
import { megabytes, printSeries, round, Series } from './measure.ts';

/**
 * Many clients that list VEs and watch events over TLS while many VEs start: how long their calls take, whether each hears of every
 * VE, and what they cost the starts. Beside it, in the same run, one client alone, and the same starts with nobody watching.
 */
const clients = Number(process.argv[2] ?? 200);
const starts = Number(process.argv[3] ?? 50);
const template = process.argv[4] ?? 'busybox';
/** Milliseconds from one list of a client to its next. */
const pause = 1000;
const apiPort = 14_729;
const password = 'correct horse battery';
const names = Array.from({ length: starts }, (_, number) => `s${number}`);

const node = new BenchNode({ apiPort });
await node.start();
const open: ApiClient[] = [];
try {
  const access = { port: apiPort, ca: (await node.get<Authority>('/v1/authority')).certificate };
  const headers = { authorization: `Bearer ${await makeToken(access)}` };
  for (const name of names) await node.create(name, template);

  const alone = new Series('a list, one client alone');
  const one = join();
  for (let run = 0; run < 50; run += 1) await alone.time(async () => await one.get('/v1/ves'));
  const quiet = await startAll();
  await stopAll();

  const listed = new Series(`a list, ${clients} clients while ${starts} VEs start`);
  const heard = Array.from({ length: clients }, () => new Set<string>());
  const failures: string[] = [];
  const over = new AbortController();
  const working = heard.map(async (names, number) => {
    const client = join();
    await client.watch((event) => {
      if (event.kind === 've' && event.ve?.state === 'running') names.add(event.name);
    });
    await sleep((pause * number) / clients);
    while (!over.signal.aborted) {
      await listed
        .time(async () => await client.get('/v1/ves'))
        .catch((error: unknown) => failures.push(String(error)));
      await sleep(pause);
    }
  });
  // all of them are there before the first VE starts
  await sleep(2 * pause);
  const loud = await startAll();
  const memory = memoryOf(node.pid).rss;
  await sleep(pause);
  over.abort();
  await Promise.all(working);

  printSeries('calls', [alone, listed]);
  const deaf = heard.filter((names) => names.size !== starts).length;
  console.table({
    [`${starts} VEs start, nobody watches`]: { seconds: round(quiet / 1000), ratio: 1 },
    [`${starts} VEs start, ${clients} clients`]: { seconds: round(loud / 1000), ratio: round(loud / quiet) },
  });
  console.log(`calls that failed: ${failures.length}${failures.length > 0 ? `, first: ${failures[0]}` : ''}`);
  console.log(`clients that did not hear of every start: ${deaf}`);
  console.log(`the daemon with all of them: ${megabytes(memory)} MB`);

  function join(): ApiClient {
    const client = new ApiClient({ ...access, headers });
    open.push(client);
    return client;
  }
} finally {
  for (const client of open) client.close();
  await node.remove();
}

async function makeToken(access: { readonly port: number; readonly ca: string }): Promise<string> {
  await node.call('POST', '/v1/users', { name: 'admin', password });
  const grant = { subject: 'user:admin', role: 'administrator', scope: 'everything' };
  await node.call('POST', '/v1/grants', grant);
  const stranger = new ApiClient({ ...access, headers: {} });
  const { headers } = await stranger.call('POST', '/v1/sessions', { user: 'admin', password });
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  const user = new ApiClient({ ...access, headers: { cookie } });
  const { text } = await user.call('POST', '/v1/tokens', { name: 'load' });
  stranger.close();
  user.close();
  return (JSON.parse(text) as ResultOf<OperationTable['token.create']>).token;
}

/** Milliseconds until all VEs run, all of them asked for at once. */
async function startAll(): Promise<number> {
  const began = performance.now();
  await Promise.all(names.map(async (name) => await node.change('POST', `/v1/ves/${name}/start`)));
  return performance.now() - began;
}

async function stopAll(): Promise<void> {
  for (const name of names) await node.change('POST', `/v1/ves/${name}/kill`);
}
