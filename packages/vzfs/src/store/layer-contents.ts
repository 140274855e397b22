import { fault, type VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { LayerReference, PoolLayout } from '../pool-layout.ts';
import { removeVolume } from '../volumes/remove-volume.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { compareEntries, layerEntries } from './layer-entries.ts';
import { parseManifest } from './manifest.ts';
import { archiveParts, restoreLayer } from './restore-layer.ts';
import { type SealOptions, sealLayer } from './seal-layer.ts';
import { type LayerToVerify, verifyLayer } from './verify-layer.ts';

export interface LayerContentPorts extends Pick<Host, 'trees'>, VolumePorts {
  readonly pool: PoolLayout;
  /** Whether the kernel has data-only layers (Linux 6.5); without them layers stay plain trees that share nothing. */
  readonly dataLayers: boolean;
}

/** The content of layers: how finished trees get into the pool, and how layers are read as trees again. */
export function layerContents(ports: LayerContentPorts) {
  const { files, mounts, pool } = ports;
  return {
    async seal(layerDir: string, options: SealOptions) {
      if (ports.dataLayers) return await sealLayer(ports, layerDir, options);
      return { ...(await measureTree(ports, `${layerDir}/root`, options)), digest: null };
    },

    /** Calls `use` with a path that shows the files of a layer, read-only and under the ids on disk. `scratch` is made and removed. */
    async withTree(layer: LayerName, scratch: string, use: (root: string) => Promise<void>): Promise<void> {
      const { root } = pool.layer(layer.name, layer.version);
      if (!(await isStubLayer(ports, layer))) return await use(root);
      const [merged, empty] = [`${scratch}/merged`, `${scratch}/empty`];
      for (const dir of [merged, empty]) await files.makeDir(dir, { mode: 0o755 });
      // A read-only overlay wants two layers at least.
      await mounts.overlay({ layers: [empty, root], dataLayers: [pool.objects], target: merged });
      try {
        await use(merged);
      } finally {
        await this.dropView(scratch);
      }
    },

    /**
     * As `withTree`, of the files of a VE: its changes, as they are at one moment where its layout can tell that, over its layers. Else
     * whoever calls sees to it that nothing changes meanwhile.
     */
    async withArea(
      { uuid, layout, layers }: AreaToRead,
      scratch: string,
      use: (root: string) => Promise<void>,
    ): Promise<void> {
      const [merged, copy] = [`${scratch}/merged`, `${scratch}/volume`];
      await files.makeDir(merged, { mode: 0o755 });
      const store = volumeStores(ports)[layout];
      const stubs = await Promise.all(layers.map(async (layer) => await isStubLayer(ports, layer)));
      try {
        await store.copy(pool.privateArea(uuid).volume, copy);
        await store.open(copy);
        await mounts.overlay({
          layers: [`${copy}/upper`, ...layers.map((layer) => pool.layerOf(layer).root)],
          ...(stubs.includes(true) ? { dataLayers: [pool.objects] } : {}),
          target: merged,
        });
        await use(merged);
      } finally {
        await this.dropView(scratch);
      }
    },

    /** Reads a layer from one end to the other and tells what is not as it was made. */
    verify: async (layer: LayerToVerify, options: SealOptions) => await verifyLayer(ports, layer, options),

    /** What of a layer of stubs has to travel beside its own directory; null for a plain one. */
    async archiveParts(layer: LayerName) {
      const text = await files.readTextIfExists(pool.layer(layer.name, layer.version).manifest);
      return text === null ? null : { store: pool.objects, objects: archiveParts(parseManifest(text)) };
    },

    /** Makes a layer of what came from elsewhere. @throws CodedError archive_refused, host_lacks */
    async restore(layerDir: string, options: SealOptions & { readonly archive: string }) {
      if (ports.dataLayers) return await restoreLayer(ports, layerDir, options);
      throw fault('host_lacks', {
        feature: 'data-only layers of overlayfs',
        consequence: 'templates cannot be imported',
        remedy: 'use Linux 6.5 or newer',
      });
    },

    /** The names in which one layer differs from another. */
    async compare(from: LayerName, to: LayerName, options: { readonly signal: AbortSignal }) {
      const [before, after] = [
        await layerEntries(ports, from, options),
        await layerEntries(ports, to, options),
      ];
      return compareEntries(before, after).map(({ path, change }) => ({ path: path.toString(), change }));
    },

    /** Takes away what an interrupted `withTree` or `withArea` left at its scratch place. */
    async dropView(scratch: string): Promise<void> {
      await mounts.unmount(`${scratch}/merged`);
      await removeVolume(ports, `${scratch}/volume`);
      await files.removeTree(scratch);
    },
  };
}

interface AreaToRead {
  readonly uuid: string;
  readonly layout: VolumeLayout;
  /** The topmost first. */
  readonly layers: readonly LayerReference[];
}

interface LayerName {
  readonly name: string;
  readonly version: string;
}

/** Whether the data of a layer's files lies in the object store. */
export async function isStubLayer(
  { files, pool }: { readonly files: Host['files']; readonly pool: PoolLayout },
  layer: LayerReference,
): Promise<boolean> {
  return await files.exists(pool.layerOf(layer).manifest);
}

async function measureTree({ trees }: Pick<Host, 'trees'>, root: string, { signal }: SealOptions) {
  const found = (await trees.list(root, { signal })).filter(({ kind }) => kind === 'file');
  const sizes = new Map(found.map(({ inode, size }) => [inode, size]));
  return { bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), files: found.length };
}
