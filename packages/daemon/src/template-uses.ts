import { fault } from '@insula/contract';
import type { Host } from '@insula/host';
import { stateOf, type VeRegistry } from '@insula/ve';
import { layersOf, volumeStores } from '@insula/vzfs';

/** What templates have to do with the VEs of a node: which stand on one, and which can become one. */
export function templateUses({ host, registry }: { readonly host: Host; readonly registry: VeRegistry }) {
  return {
    usersOf: ({ name, version }: { readonly name: string; readonly version: string }) =>
      registry.list().filter(({ spec }) => spec.template.name === name && spec.template.version === version)
        .length,
    areaOf(uuid: string) {
      const { spec, runtime } = registry.find(uuid);
      const state = stateOf(runtime);
      if (state === 'stopped' || volumeStores(host)[spec.layout].isAtomic)
        return { ...spec, layers: layersOf(spec) };
      throw fault('wrong_state', { ve: spec.name, state, operation: 'publish', allowed: 'stopped' });
    },
  };
}
