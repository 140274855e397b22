import { fault, type VzfsOptimize, type VzfsUse } from '@insula/contract';
import { type OptimizeInput, stateOf, veLock } from '@insula/ve';
import { layersLock, measureStore, privateBytes, storeLock } from '@insula/vzfs';
import type { Change, Changes } from '../http/calls.ts';
import type { Node } from '../node.ts';

/** The object store's use by templates and VEs, with what sharing saves. */
export async function vzfsUse({ host, ports, registry }: Node): Promise<VzfsUse> {
  const specs = registry.list().map(({ spec }) => spec);
  const store = { ...host, pool: ports.pool };
  const { layers, ves, logicalBytes, storedBytes, objects } = await measureStore(store, specs);
  const volumes = await Promise.all(specs.map(async (spec) => await privateBytes(store, spec)));
  return {
    logicalBytes,
    storedBytes,
    savedBytes: logicalBytes - storedBytes,
    objects,
    layers: layers.map(withShared),
    ves: ves.map((use, index) => ({ ...withShared(use), privateBytes: volumes[index] ?? null })),
  };
}

const withShared = <Use extends { readonly logicalBytes: number; readonly ownBytes: number }>(use: Use) => ({
  ...use,
  sharedBytes: use.logicalBytes - use.ownBytes,
});

/** The calls that work on the object store, as requests to the engine. */
export function vzfsChanges(node: Node): Pick<Changes, 'vzfs.verify' | 'vzfs.gc' | 'vzfs.optimize'> {
  const { name } = node.config;
  const target = { kind: 'node', id: name, name } as const;
  const change = (kind: string, locks: readonly string[]): Change => ({
    request: { kind, target, input: null, locks },
  });
  return {
    'vzfs.verify': () => change('vzfs.verify', [storeLock]),
    'vzfs.gc': () => change('vzfs.gc', [storeLock, layersLock]),
    'vzfs.optimize': ({ body }) => {
      const uuids = vesToOptimize(node, body);
      const input: OptimizeInput = { uuids, lenient: body.all === true };
      const locks = [layersLock, ...uuids.map(veLock)];
      return { request: { kind: 'vzfs.optimize', target, input, locks, preempts: ['ve.optimize'] } };
    },
  };
}

/** @throws CodedError ve_not_found, invalid_input */
function vesToOptimize(
  { registry, engine }: Node,
  { ves = [], all = false }: VzfsOptimize,
): readonly string[] {
  if (all === ves.length > 0) {
    const problem = all ? 'name VEs, or ask for all, not both' : 'name a VE, or ask for all';
    throw fault('invalid_input', { field: all ? 'all' : 'ves', problem });
  }
  if (!all) return [...new Set(ves.map((reference) => registry.find(reference).spec.uuid))];
  return registry
    .list()
    .filter(
      ({ spec, runtime }) =>
        stateOf(runtime) === 'stopped' && engine.holderOf(veLock(spec.uuid)) === undefined,
    )
    .map(({ spec }) => spec.uuid);
}
