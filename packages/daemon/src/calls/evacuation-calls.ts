import { type EvacuateInput, evacuationLock } from '@insula/migration';
import type { Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The call that empties this node, as a request to the engine. */
export function evacuationChanges({ config, link }: Node): Pick<Changes, 'node.evacuate'> {
  return {
    'node.evacuate': ({ body }) => {
      link.peers.find(body.node);
      const input: EvacuateInput = { ...body, parallel: body.parallel ?? 2 };
      return {
        request: {
          kind: 'node.evacuate',
          target: { kind: 'node', id: config.name, name: config.name },
          input,
          locks: [evacuationLock],
        },
      };
    },
  };
}
