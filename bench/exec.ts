import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { BenchNode } from './bench-node.ts';
import { printSeries, Series } from './measure.ts';

/** How long a command in a VE takes: bare `runc exec`, the API's WebSocket, and the whole `insula exec`. */
const runs = Number(process.argv[2] ?? 50);
const node = new BenchNode();
await node.start();
try {
  const { uuid } = await node.create('e1', 'debian-12', true);
  await node.get('/v1/ves/e1/wait?for=ready');
  const { WebSocket } = await import('ws');
  const overSocket = async () =>
    await new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(`ws+unix:${node.socket}:/v1/ves/e1/exec`);
      socket.on('open', () => socket.send(JSON.stringify({ command: ['/bin/true'] })));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
  const cli = join(import.meta.dirname, '../dist/insula.mjs');
  const env = { ...process.env, INSULA_SOCKET: node.socket };
  const bare = new Series('runc exec');
  const api = new Series('exec at the API');
  const command = new Series('insula exec');
  for (let run = 0; run < runs; run += 1) {
    await bare.time(async () =>
      execFileSync('runc', ['--root', `${node.run}/runc`, 'exec', uuid, '/bin/true']),
    );
    await api.time(overSocket);
    await command.time(async () =>
      execFileSync(process.execPath, [cli, 'exec', 'e1', '--', '/bin/true'], { env }),
    );
  }
  printSeries('a command in a VE, from the request to its end', [bare, api, command]);
} finally {
  await node.remove();
}
