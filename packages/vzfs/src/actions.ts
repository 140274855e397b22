import { fault } from '@insula/contract';
import { type Host, hasErrorCode, type OverlayMount } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { doomedPrefix, type PoolLayout } from './pool-layout.ts';
import { isStubLayer } from './store/layer-contents.ts';

export interface LayerReference {
  readonly name: string;
  readonly version: string;
}

interface VzfsPorts extends Pick<Host, 'files' | 'mounts'> {
  readonly pool: PoolLayout;
}

type AreaArgs = { readonly uuid: string };

export type MountArgs = {
  readonly uuid: string;
  readonly layers: readonly LayerReference[];
  readonly idBase: number;
  /** Mount point; made if missing. */
  readonly target: string;
};

/** Ids of one VE: what its user namespace maps, and what mounts of its files are shifted by. */
export const idsPerVe = 65_536;

/** Step handlers for private areas and roots. */
export function vzfsActions({ files, mounts, pool }: VzfsPorts) {
  const makePrivateArea: StepHandler<AreaArgs> = {
    async do({ uuid }) {
      const area = pool.privateArea(uuid);
      await files.makeDir(area.dir, { mode: 0o700 });
      // The upper directory becomes the VE's `/`: everybody inside must be able to enter it.
      await files.makeDir(area.upper, { mode: 0o755 });
      await files.makeDir(area.work, { mode: 0o700 });
    },
    undo: async ({ uuid }) => await files.removeTree(pool.privateArea(uuid).dir),
  };

  /** The point after which a VE is gone: one rename, durable. */
  const doomPrivateArea: StepHandler<AreaArgs> = {
    async do({ uuid }) {
      try {
        await files.rename(pool.privateArea(uuid).dir, pool.doomedArea(uuid));
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT')) throw error;
      }
    },
  };

  const removePrivateArea: StepHandler<AreaArgs> = {
    do: async ({ uuid }) => await files.removeTree(pool.doomedArea(uuid)),
  };

  const mountRoot: StepHandler<MountArgs> = {
    async do(args) {
      await files.makeDir(args.target, { mode: 0o700 });
      if (await mounts.isMounted(args.target)) return;
      for (const layer of args.layers) {
        const { root } = pool.layer(layer.name, layer.version);
        if (!(await files.exists(root))) {
          throw fault('template_damaged', {
            template: `${layer.name}@${layer.version}`,
            problem: `${root} is missing`,
          });
        }
      }
      const stubs = await Promise.all(
        args.layers.map(async (layer) => await isStubLayer({ files, pool }, layer)),
      );
      // The kernel makes these two itself; where it finds no space for them, it mounts read-only and says so nowhere.
      const { work } = pool.privateArea(args.uuid);
      for (const name of ['work', 'index']) await files.makeDir(`${work}/${name}`, { mode: 0o700 });
      await mounts.overlay(overlayOf(pool, args, stubs.includes(true)));
    },
    undo: async ({ target }) => await mounts.unmount(target),
  };

  const unmountRoot: StepHandler<{ readonly target: string }> = {
    do: async ({ target }) => await mounts.unmount(target),
  };

  return {
    'make-private-area': makePrivateArea,
    'doom-private-area': doomPrivateArea,
    'remove-private-area': removePrivateArea,
    'mount-root': mountRoot,
    'unmount-root': unmountRoot,
  };
}

/** The overlay of a VE's root: its own changes over the layers of its template, shown under its own ids. */
export function overlayOf(pool: PoolLayout, args: MountArgs, withObjects: boolean): OverlayMount {
  const area = pool.privateArea(args.uuid);
  return {
    layers: args.layers.map((layer) => pool.layer(layer.name, layer.version).root),
    ...(withObjects ? { dataLayers: [pool.objects] } : {}),
    upper: area.upper,
    work: area.work,
    target: args.target,
    idmap: { base: args.idBase, count: idsPerVe },
  };
}

/** Finishes removals that an earlier daemon was cut off in, whatever became of its journal. May last as long as they are large. */
export async function removeDoomedAreas({ files, pool }: Pick<VzfsPorts, 'files' | 'pool'>): Promise<void> {
  for (const { name } of await files.list(pool.privateAreas)) {
    if (name.startsWith(doomedPrefix)) await files.removeTree(`${pool.privateAreas}/${name}`);
  }
}
