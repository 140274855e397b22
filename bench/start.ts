import type { Operation } from '@insula/contract';
import { BenchNode } from './bench-node.ts';
import { printSeries, Series, StepTimes } from './measure.ts';
import { PlainRuntimes } from './plain-runtimes.ts';

/** When the VE had a running init, in milliseconds since 1970: remembering it for the next boot comes after. */
function initRuns({ steps }: Operation): number {
  const step = steps.find(({ action }) => action === 'start-container');
  return Date.parse(step?.startedAt ?? '') + (step?.milliseconds ?? 0);
}

/** How long it takes from a request to a running init, beside bare runc and LXC on the same root, run by turns. */
const runs = Number(process.argv[2] ?? 50);
const template = process.argv[3] ?? 'debian-12';
const node = new BenchNode();
await node.start();
const plain = new PlainRuntimes(node);
try {
  const ve = await node.create('plain', template, true);
  await plain.takeOver(node, ve);
  await node.create('timed', template);
  const runc = new Series('runc run');
  const lxc = new Series('lxc-start');
  const running = new Series('insula start: init runs');
  const start = new Series('insula start');
  const createRunning = new Series('insula create + start: init runs');
  const create = new Series('insula create + start');
  const steps = new StepTimes();
  const stop = new Series('insula kill');
  const destroy = new Series('insula destroy');
  for (let run = 0; run < runs; run += 1) {
    await runc.time(async () => await plain.runcStart());
    await plain.runcEnd();
    const asked = Date.now();
    const started = await start.time(async () => await node.change('POST', '/v1/ves/timed/start'));
    running.add(initRuns(started) - asked);
    steps.add(started);
    await stop.time(async () => await node.change('POST', '/v1/ves/timed/kill'));
    const askedNew = Date.now();
    const created = await create.time(
      async () => await node.change('POST', '/v1/ves', { name: 'made', template, start: true }),
    );
    createRunning.add(initRuns(created) - askedNew);
    await node.change('POST', '/v1/ves/made/kill');
    await destroy.time(async () => await node.change('DELETE', '/v1/ves/made'));
    if (!plain.hasLxc) continue;
    await lxc.time(async () => await plain.lxcStart());
    await plain.lxcEnd();
  }
  printSeries(`from the request to a running init (${template})`, [
    runc,
    ...(lxc.runs > 0 ? [lxc] : []),
    running,
    start,
    createRunning,
    create,
    stop,
    destroy,
  ]);
  steps.print('steps of a start');

  const ready = new Series('insula create to a complete boot');
  for (let run = 0; run < Math.min(10, runs); run += 1) {
    await ready.time(async () => {
      await node.create('booted', template, true);
      await node.get('/v1/ves/booted/wait?for=ready');
    });
    await node.change('DELETE', '/v1/ves/booted?force=true');
  }
  printSeries('from the request to a system that is up', [ready]);
} finally {
  plain.remove();
  await node.remove();
}
