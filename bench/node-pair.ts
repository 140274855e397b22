import { execFileSync } from 'node:child_process';
import type { NodeIdentity } from '@insula/contract';
import { BenchNode } from './bench-node.ts';

const ip = (...args: readonly string[]) =>
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
const names = ['insula-bench0', 'insula-bench1'] as const;

/** Two nodes that trust each other, in network namespaces of their own with a pair of veth devices between them. */
export class NodePair {
  readonly nodes: readonly [BenchNode, BenchNode];

  private constructor(nodes: readonly [BenchNode, BenchNode]) {
    this.nodes = nodes;
  }

  static async start(): Promise<NodePair> {
    const pair = new NodePair([
      new BenchNode({ number: 0, namespace: names[0] }),
      new BenchNode({ number: 1, namespace: names[1] }),
    ]);
    try {
      await pair.#start();
    } catch (error) {
      await pair.remove();
      throw error;
    }
    return pair;
  }

  async #start(): Promise<void> {
    for (const name of names) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', names[0], 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'up0', 'netns', names[1]);
    for (const [number, name] of names.entries()) {
      ip('-n', name, 'address', 'add', `10.66.0.${number + 1}/24`, 'dev', 'up0');
      ip('-n', name, 'link', 'set', 'up0', 'up');
    }
    for (const node of this.nodes) await node.start();
    await this.#trust(0, 1);
    await this.#trust(1, 0);
  }

  async #trust(who: 0 | 1, whom: 0 | 1): Promise<void> {
    const { name, port, fingerprint } = await this.nodes[whom].get<NodeIdentity>('/v1/node/identity');
    const peer = { name, port, fingerprint, address: `10.66.0.${whom + 1}` };
    await this.nodes[who].call('POST', '/v1/peers', peer);
  }

  async remove(): Promise<void> {
    for (const node of this.nodes) await node.remove();
    for (const name of names) ip('netns', 'delete', name);
  }
}
