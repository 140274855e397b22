import type { VzfsUse } from '@insula/contract';
import { measureStore, storeLock } from '@insula/vzfs';
import type { Change, Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The object store's use, with what sharing saves. */
export async function vzfsUse({ host, ports }: Node): Promise<VzfsUse> {
  const { layers, logicalBytes, storedBytes, objects } = await measureStore({ ...host, pool: ports.pool });
  return {
    logicalBytes,
    storedBytes,
    savedBytes: logicalBytes - storedBytes,
    objects,
    layers: layers.map((use) => ({ ...use, sharedBytes: use.logicalBytes - use.ownBytes })),
  };
}

/** The calls that work on the object store, as requests to the engine. */
export function vzfsChanges({ config }: Node): Pick<Changes, 'vzfs.verify' | 'vzfs.gc'> {
  const change = (kind: string): Change => ({
    request: {
      kind,
      target: { kind: 'node', id: config.name, name: config.name },
      input: null,
      locks: [storeLock],
    },
  });
  return { 'vzfs.verify': () => change('vzfs.verify'), 'vzfs.gc': () => change('vzfs.gc') };
}
