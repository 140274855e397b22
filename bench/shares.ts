import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { BenchNode } from './bench-node.ts';
import { printSeries, Series } from './measure.ts';

/** What limits of CPU time are worth: caps, shares, guarantees and bursts of VEs that all want everything; and what a change costs. */
const seconds = Number(process.argv[2] ?? 10);
const node = new BenchNode();
const processors = availableParallelism();
await node.start();
try {
  const names = ['b1', 'b2', 'b3', 'b4'];
  for (const name of names) {
    const { uuid } = await node.create(name, 'busybox', true);
    for (let loop = 0; loop < processors; loop += 1) hog(uuid);
  }
  const rows: Record<string, { readonly wanted: string; readonly got: string; readonly ratio: number }> = {};
  const row = (what: string, wanted: number, got: number) => {
    rows[what] = {
      wanted: `${wanted.toFixed(1)}%`,
      got: `${got.toFixed(1)}%`,
      ratio: Number((got / wanted).toFixed(3)),
    };
  };

  await only(['b1']);
  await set('b1', { cpulimit: 50 });
  row('cpulimit 50 %, alone', 50, (await measure())['b1'] ?? 0);
  await set('b1', { cpulimit: null });
  row('no limit, all that is idle', processors * 100, (await measure())['b1'] ?? 0);

  await only(['b1', 'b2']);
  await set('b1', { cpuunits: 3000 });
  const shares = await measure();
  row(
    'cpuunits 3000 beside 1000',
    75,
    ((shares['b1'] ?? 0) * 100) / ((shares['b1'] ?? 0) + (shares['b2'] ?? 1)),
  );
  await set('b1', { cpuunits: null });

  await only(names);
  await set('b1', { cpuguarantee: 80 });
  row('cpuguarantee 80 % beside three that hog', 80, (await measure())['b1'] ?? 0);
  await set('b1', { cpuguarantee: null });
  console.log(`\nCPU time of VEs over ${seconds} s, in percent of one core`);
  console.table(rows);

  await only([]);
  const change = new Series('set of one limit');
  for (let run = 0; run < 50; run += 1)
    await change.time(async () => await set('b1', { numproc: 100 + run, physpages: (100 + run) * 2 ** 20 }));
  printSeries('a change of a running VE, from the request to its end', [change]);
} finally {
  await node.remove();
}

async function set(name: string, parameters: Readonly<Record<string, number | null>>): Promise<void> {
  await node.change('PATCH', `/v1/ves/${name}`, { parameters });
  // weights of all follow a moment later
  if ('cpuguarantee' in parameters) await new Promise((resolve) => setTimeout(resolve, 500));
}

/** A loop that wants a processor for itself, and goes on behind the command that started it. */
function hog(uuid: string): void {
  const loop = 'while :; do :; done';
  execFileSync('runc', ['--root', `${node.run}/runc`, 'exec', '--detach', uuid, 'sh', '-c', loop], {
    stdio: 'ignore',
  });
}

/** Lets the loops of some VEs run, and none of the others. */
async function only(running: readonly string[]): Promise<void> {
  for (const { name, state } of await ves()) {
    if (running.includes(name) && state === 'paused') await node.change('POST', `/v1/ves/${name}/resume`);
    if (!running.includes(name) && state === 'running') await node.change('POST', `/v1/ves/${name}/pause`);
  }
}

interface Ve {
  readonly ctid: number;
  readonly name: string;
  readonly state: string;
}

async function ves(): Promise<readonly Ve[]> {
  return await node.get<readonly Ve[]>('/v1/ves');
}

/** CPU time of each VE over some seconds, in percent of one core. */
async function measure(): Promise<Readonly<Record<string, number>>> {
  const all = await ves();
  const used = () => new Map(all.map(({ name, ctid }) => [name, usedMilliseconds(ctid)]));
  const began = performance.now();
  const before = used();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const after = used();
  const elapsed = performance.now() - began;
  return Object.fromEntries(
    all.map(({ name }) => [name, (((after.get(name) ?? 0) - (before.get(name) ?? 0)) * 100) / elapsed]),
  );
}

function usedMilliseconds(ctid: number): number {
  const old = `/sys/fs/cgroup/cpuacct/insula-bench/ve/${ctid}/cpuacct.usage`;
  if (existsSync(old)) return Number(readFileSync(old, 'utf8')) / 1e6;
  const text = readFileSync(`/sys/fs/cgroup/insula-bench/ve/${ctid}/cpu.stat`, 'utf8');
  return Number(/^usage_usec (\d+)/m.exec(text)?.[1]) / 1000;
}
