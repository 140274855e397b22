import type { Host } from '@insula/host';
import type { OperationKind, StepHandler } from '@insula/operations';
import type { ReferencePorts } from '../own-layers/own-layer-references.ts';
import { collectGarbage } from './collect-garbage.ts';
import { verifyStore } from './verify-store.ts';

type StorePorts = Pick<Host, 'files' | 'trees'> & ReferencePorts;

/** The lock of what works on the object store as a whole. */
export const storeLock = 'vzfs';

/** The lock of what gives VEs layers of their own, or takes those away that nobody has. */
export const layersLock = 'vzfs-layers';

/** Steps on the object store as a whole; what they find is the result of their operation. */
export function storeActions(ports: StorePorts) {
  const verify: StepHandler<Record<never, never>> = {
    async do(_args, context) {
      const progress = (fraction: number) => context.progress(fraction);
      context.output(await verifyStore(ports, { signal: context.signal, progress }));
    },
  };
  const collect: StepHandler<Record<never, never>> = {
    do: async (_args, context) =>
      context.output(await collectGarbage(ports, { signal: context.signal, now: Date.now() })),
  };
  return { 'verify-store': verify, 'collect-garbage': collect };
}

/** The kinds of operation on the object store. Both can be begun again at any time: a crash resumes them. */
export function storeKinds(): Readonly<Record<string, OperationKind>> {
  return {
    'vzfs.verify': {
      plan: () => ({
        steps: [{ action: 'verify-store', title: 'read every object', args: {} }],
        onCrash: 'resume',
      }),
    },
    'vzfs.gc': {
      plan: () => ({
        steps: [{ action: 'collect-garbage', title: 'remove what no layer needs', args: {} }],
        onCrash: 'resume',
      }),
    },
  };
}
