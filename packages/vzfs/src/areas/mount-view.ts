import type { Host } from '@insula/host';
import type { LayerReference, PoolLayout } from '../pool-layout.ts';
import { isStubLayer } from '../store/layer-contents.ts';

export interface AreaView {
  /** Changed files of a VE; nobody changes them while they are looked at. */
  readonly upper: string;
  /** What they lie over, the topmost first. */
  readonly layers: readonly LayerReference[];
  /** Existing directory. */
  readonly target: string;
}

/** Mounts the files of a VE that does not run over its layers, read-only and under the ids on disk. */
export async function mountView(
  { files, mounts, pool }: Pick<Host, 'files' | 'mounts'> & { readonly pool: PoolLayout },
  { upper, layers, target }: AreaView,
): Promise<void> {
  const stubs = await Promise.all(layers.map(async (layer) => await isStubLayer({ files, pool }, layer)));
  await mounts.overlay({
    layers: [upper, ...layers.map((layer) => pool.layerOf(layer).root)],
    ...(stubs.includes(true) ? { dataLayers: [pool.objects] } : {}),
    target,
  });
}
