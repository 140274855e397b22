import { fault } from '@insula/contract';
import type { Host } from '@insula/host';
import { stateOf, type VeRegistry } from '@insula/ve';
import { layersOf, listSnapshots, type PoolLayout, volumeStores } from '@insula/vzfs';

/** What templates have to do with the VEs of a node: which stand on one, and which can become one. */
export function templateUses({
  host,
  pool,
  registry,
}: {
  readonly host: Host;
  readonly pool: PoolLayout;
  readonly registry: VeRegistry;
}) {
  return {
    /** A snapshot may stand on another template than its VE does: the VE was reinstalled since. */
    async usersOf(layer: { readonly name: string; readonly version: string }): Promise<number> {
      const isIt = ({ name, version }: typeof layer) => name === layer.name && version === layer.version;
      const uses = await Promise.all(
        registry.list().map(async ({ spec: { uuid, template } }) => {
          if (isIt(template)) return true;
          const snapshots = await listSnapshots({ files: host.files, pool }, uuid);
          return snapshots.some((snapshot) => isIt(snapshot.template));
        }),
      );
      return uses.filter(Boolean).length;
    },
    areaOf(uuid: string) {
      const { spec, runtime } = registry.find(uuid);
      const state = stateOf(runtime);
      if (state === 'stopped' || volumeStores(host)[spec.layout].isAtomic)
        return { ...spec, layers: layersOf(spec) };
      throw fault('wrong_state', { ve: spec.name, state, operation: 'publish', allowed: 'stopped' });
    },
  };
}
