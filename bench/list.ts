import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VeSpec } from '@insula/contract';
import { BenchNode } from './bench-node.ts';
import { printSeries, Series } from './measure.ts';

/** Listing a node of 1,000 VEs, 20 of them running: at the API, and with the whole `insula list`. */
const total = Number(process.argv[2] ?? 1000);
const running = 20;
const node = new BenchNode();
await node.start();
try {
  for (let number = 0; number < running; number += 1) await node.create(`run${number}`, 'busybox', true);
  const [first] = await node.get<readonly { readonly uuid: string }[]>('/v1/ves');
  const area = (uuid: string) => `${node.dir}/pool/private/${uuid}`;
  const spec = JSON.parse(readFileSync(`${area(first?.uuid ?? '')}/ve.json`, 'utf8')) as VeSpec;
  await node.stop();
  for (let number = running; number < total; number += 1) {
    const uuid = randomUUID();
    mkdirSync(`${area(uuid)}/fs/upper`, { recursive: true });
    const address = `10.119.${4 + Math.floor(number / 250)}.${1 + (number % 250)}`;
    const other = { ...spec, uuid, ctid: 200 + number, name: `ve-${number}`, addresses: [address] };
    writeFileSync(
      `${area(uuid)}/ve.json`,
      JSON.stringify({ ...other, idBase: spec.idBase + (number + 30) * 65_536 }),
    );
  }
  const started = new Series('start of the daemon with all of them');
  await started.time(async () => await node.start());
  const api = new Series('list at the API');
  const bare = new Series('node -e 0');
  const cli = new Series('insula list, cold');
  const program = join(import.meta.dirname, '../dist/insula.mjs');
  const env = { ...process.env, INSULA_SOCKET: node.socket };
  for (let run = 0; run < 50; run += 1) {
    const ves = await api.time(async () => await node.get<readonly unknown[]>('/v1/ves'));
    if (ves.length !== total) throw new Error(`${ves.length} VEs instead of ${total}`);
    await bare.time(async () => execFileSync(process.execPath, ['-e', '0']));
    await cli.time(async () => execFileSync(process.execPath, [program, 'list'], { env }));
  }
  printSeries(`${total} VEs, ${running} running`, [bare, api, cli, started]);
} finally {
  await node.remove();
}
