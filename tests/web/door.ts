import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { type NetworkNamespace, run } from '../harness/index.ts';

const [here, there] = ['198.18.0.1', '198.18.0.2'];

/**
 * Leads a port of this machine's loopback to the same port of a node that has a network of its own: browsers are not in there. The
 * pair of devices goes with the node's network.
 */
export async function openDoor(node: NetworkNamespace, port: number): Promise<Server> {
  const device = `door${process.pid}`;
  const pair = ['type', 'veth', 'peer', 'name', 'door', 'netns', node.name];
  await run(['ip', 'link', 'add', device, ...pair]);
  await run(['ip', 'address', 'add', `${here}/30`, 'dev', device]);
  await run(['ip', 'link', 'set', 'dev', device, 'up']);
  await node.run('ip', 'address', 'add', `${there}/30`, 'dev', 'door');
  await node.run('ip', 'link', 'set', 'dev', 'door', 'up');
  const server = createServer((caller) => {
    const inside = connect(port, there);
    caller.pipe(inside).pipe(caller);
    for (const [one, other] of [
      [caller, inside],
      [inside, caller],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
