import { readFileSync } from 'node:fs';
import type { VeSummary } from '@insula/contract';
import { BenchNode, memoryOf } from './bench-node.ts';
import { megabytes } from './measure.ts';

/** Memory of the daemon, idle and with many VEs, and of a VE with all its processes. */
const count = Number(process.argv[2] ?? 50);
const template = process.argv[3] ?? 'debian-12';
const available = (): number =>
  Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;
const node = new BenchNode();
await node.start();
try {
  const idle = memoryOf(node.pid);
  const before = available();
  for (let number = 0; number < count; number += 1) await node.create(`m${number}`, template, true);
  for (let number = 0; number < count; number += 1) await node.get(`/v1/ves/m${number}/wait?for=ready`);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const loaded = memoryOf(node.pid);
  const ves = await node.get<readonly VeSummary[]>('/v1/ves');
  const conmons = ves.map(({ uuid }) => Number(readFileSync(`${node.run}/ve/${uuid}/conmon.pid`, 'utf8')));
  const supervisors = conmons.reduce((sum, pid) => sum + memoryOf(pid).pss, 0);
  console.table({
    'daemon, idle': { 'RSS MB': megabytes(idle.rss), 'PSS MB': megabytes(idle.pss) },
    [`daemon, ${count} VEs`]: { 'RSS MB': megabytes(loaded.rss), 'PSS MB': megabytes(loaded.pss) },
    'conmon, each': { 'PSS MB': megabytes(supervisors / count) },
    [`a VE (${template}), all that the node has less`]: {
      'PSS MB': megabytes((before - available()) / count),
    },
  });
} finally {
  await node.remove();
}
