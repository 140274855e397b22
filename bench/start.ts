import { BenchNode } from './bench-node.ts';
import { printSeries, Series } from './measure.ts';
import { PlainRuntimes } from './plain-runtimes.ts';

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
  const start = new Series('insula start');
  const create = new Series('insula create + start');
  const stop = new Series('insula kill');
  const destroy = new Series('insula destroy');
  for (let run = 0; run < runs; run += 1) {
    await runc.time(async () => await plain.runcStart());
    await plain.runcEnd();
    await start.time(async () => await node.change('POST', '/v1/ves/timed/start'));
    await stop.time(async () => await node.change('POST', '/v1/ves/timed/kill'));
    await create.time(async () => await node.create('made', template, true));
    await node.change('POST', '/v1/ves/made/kill');
    await destroy.time(async () => await node.change('DELETE', '/v1/ves/made'));
    if (!plain.hasLxc) continue;
    await lxc.time(async () => await plain.lxcStart());
    await plain.lxcEnd();
  }
  printSeries(`from the request to a running init (${template})`, [
    runc,
    ...(lxc.runs > 0 ? [lxc] : []),
    start,
    create,
    stop,
    destroy,
  ]);

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
