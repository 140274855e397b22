import type { MigrationCheck, NodeIdentity } from '@insula/contract';
import { haveCriu, type NodeOptions, startNode, type TemplateName, type TestNode } from '../harness/index.ts';
import { Lan } from './lan.ts';

/** Two nodes that trust each other, each with a pool, ids and addresses of its own, and a LAN between them. */
export class TwoNodes {
  readonly nodes: readonly [TestNode, TestNode];
  readonly lan: Lan;

  private constructor(nodes: readonly [TestNode, TestNode], lan: Lan) {
    this.nodes = nodes;
    this.lan = lan;
  }

  /** `targetTemplates` are those that the second node has; by default the same. */
  static async make(
    templates: readonly TemplateName[],
    options: {
      readonly targetTemplates?: readonly TemplateName[];
      readonly source?: NodeOptions;
      readonly target?: NodeOptions;
    } = {},
  ): Promise<TwoNodes> {
    await haveCriu();
    const source = await startNode({ templates, ...options.source, name: 'source' });
    const target = await startNode({
      templates: options.targetTemplates ?? templates,
      ...options.target,
      name: 'target',
    });
    const nodes = [source, target] as const;
    const lan = await Lan.join(nodes);
    const both = new TwoNodes(nodes, lan);
    await both.trust(0, 1);
    await both.trust(1, 0);
    return both;
  }

  async trust(who: 0 | 1, whom: 0 | 1, change: Partial<NodeIdentity> = {}): Promise<void> {
    const { name, port, fingerprint } = {
      ...(await this.nodes[whom].api.get<NodeIdentity>('/v1/node/identity')),
      ...change,
    };
    const peer = { name, port, fingerprint, address: Lan.addressOf(whom) };
    await this.nodes[who].api.call('POST', '/v1/peers', peer);
  }

  async check(ve: string, from: 0 | 1 = 0): Promise<MigrationCheck> {
    const other = this.nodes[from === 0 ? 1 : 0].name;
    return await this.nodes[from].api.get<MigrationCheck>(`/v1/ves/${ve}/migrate/check/${other}`);
  }

  /** Moves a VE to the other node, successfully, and the client's route with it. */
  async migrate(ve: string, from: 0 | 1, body: { readonly atLeast?: string } = {}): Promise<void> {
    const to = from === 0 ? 1 : 0;
    const { addresses } = await this.nodes[from].show(ve);
    await this.nodes[from].api.perform('POST', `/v1/ves/${ve}/migrate`, {
      node: this.nodes[to].name,
      ...body,
    });
    for (const address of addresses) await this.lan.route(address, to);
  }

  async remove(): Promise<void> {
    for (const node of this.nodes) {
      if (node.daemonPid !== null) {
        await node.destroyAll();
        await node.stop();
      }
      await node.dispose();
    }
    await this.lan.remove();
  }
}
