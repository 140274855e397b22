import { makeNetworkNamespace, type NetworkNamespace, removeNetworkNamespace } from './network-namespace.ts';
import { newTag } from './owner.ts';

/** A bridge of a node with one machine on it: a namespace whose device `lan` is the other end of a port. */
export class Lan {
  readonly bridge: string;
  readonly namespace: NetworkNamespace;
  readonly #node: NetworkNamespace;
  readonly #tag: string;

  private constructor(bridge: string, node: NetworkNamespace, tag: string, namespace: NetworkNamespace) {
    this.bridge = bridge;
    this.namespace = namespace;
    this.#node = node;
    this.#tag = tag;
  }

  /** `addresses` are those of the machine, with prefixes. */
  static async on(node: NetworkNamespace, bridge: string, addresses: readonly string[]): Promise<Lan> {
    const tag = newTag();
    const namespace = await makeNetworkNamespace(tag);
    const lan = new Lan(bridge, node, tag, namespace);
    const port = [
      'link',
      'add',
      `${bridge}p`,
      'type',
      'veth',
      'peer',
      'name',
      'lan',
      'netns',
      namespace.name,
    ];
    await node.run('ip', ...port);
    await node.run('ip', 'link', 'set', 'dev', `${bridge}p`, 'up');
    await lan.makeBridge();
    for (const address of addresses) {
      const nodad = address.includes(':') ? ['nodad'] : [];
      await namespace.run('ip', 'address', 'add', address, 'dev', 'lan', ...nodad);
    }
    await namespace.run('ip', 'link', 'set', 'dev', 'lan', 'up');
    return lan;
  }

  async makeBridge(): Promise<void> {
    await this.#node.run('ip', 'link', 'add', this.bridge, 'type', 'bridge', 'forward_delay', '0');
    await this.#node.run('ip', 'link', 'set', 'dev', `${this.bridge}p`, 'master', this.bridge);
    await this.#node.run('ip', 'link', 'set', 'dev', this.bridge, 'up');
  }

  async removeBridge(): Promise<void> {
    await this.#node.run('ip', 'link', 'delete', 'dev', this.bridge);
  }

  async close(): Promise<void> {
    await removeNetworkNamespace(this.#tag);
  }
}
