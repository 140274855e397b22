import type { InterfaceView } from '@insula/contract';
import { portName } from '@insula/network';
import type { Node } from '../node.ts';

type Needed = Pick<Node, 'registry' | 'config' | 'keeper'> & {
  readonly host: Pick<Node['host'], 'links'>;
};

/** The interfaces of a VE and how they are, as far as the node sees them: what is below a macvlan parent or handed over it does not. */
export async function interfaceViews(node: Needed, reference: string): Promise<InterfaceView[]> {
  const { registry, config, host, keeper } = node;
  const { spec, runtime } = registry.find(reference);
  return await Promise.all(
    spec.interfaces.map(async (one): Promise<InterfaceView> => {
      const port = one.kind === 'bridge' ? portName(config, spec.ctid, one) : null;
      if (runtime.init === null) return { ...one, port, state: 'stopped' };
      if (port === null) return { ...one, port, state: 'up' };
      if (!(await host.links.linkExists(port))) return { ...one, port, state: 'missing' };
      return { ...one, port, state: keeper.cutOff.has(port) ? 'cut off' : 'up' };
    }),
  );
}
