import {
  makeNetworkNamespace,
  type NetworkNamespace,
  newTag,
  removeNetworkNamespace,
  type TestNode,
} from '../harness/index.ts';

/** A LAN in a network namespace of its own, with a client in it, that joins nodes. */
export class Lan {
  readonly client: NetworkNamespace;
  readonly #tag: string;

  private constructor(tag: string, client: NetworkNamespace) {
    this.#tag = tag;
    this.client = client;
  }

  /** Each node gets 10.66.0.1, 10.66.0.2, …; the client has 10.66.0.100. */
  static async join(nodes: readonly TestNode[]): Promise<Lan> {
    const tag = newTag();
    const client = await makeNetworkNamespace(tag);
    await client.run('ip', 'link', 'add', 'lan', 'type', 'bridge');
    await client.run('ip', 'link', 'set', 'lan', 'up');
    await client.run('ip', 'address', 'add', '10.66.0.100/24', 'dev', 'lan');
    for (const [index, node] of nodes.entries()) {
      const port = `port${index}`;
      await client.run(
        'ip',
        'link',
        'add',
        port,
        'type',
        'veth',
        'peer',
        'name',
        'up0',
        'netns',
        node.namespace.name,
      );
      await client.run('ip', 'link', 'set', port, 'master', 'lan', 'up');
      await node.runOnNode('ip', 'address', 'add', `${Lan.addressOf(index)}/24`, 'dev', 'up0');
      await node.runOnNode('ip', 'link', 'set', 'up0', 'up');
    }
    return new Lan(tag, client);
  }

  static addressOf(index: number): string {
    return `10.66.0.${index + 1}`;
  }

  /** What a router does when a VE has moved: packets for an address go to another node from now on. */
  async route(address: string, index: number): Promise<void> {
    await this.client.run('ip', 'route', 'replace', `${address}/32`, 'via', Lan.addressOf(index));
  }

  async remove(): Promise<void> {
    await removeNetworkNamespace(this.#tag);
  }
}
