import { fault } from '@insula/contract';
import { type Host, hasErrorCode, type OverlayMount } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import type { LayerReference, PoolLayout } from '../pool-layout.ts';
import { isStubLayer } from '../store/layer-contents.ts';

export type MountArgs = {
  readonly uuid: string;
  /** The topmost first: those of the VE's own, then that of its template. */
  readonly layers: readonly LayerReference[];
  readonly idBase: number;
  /** Mount point; made if missing. */
  readonly target: string;
};

/** Milliseconds that a root may be in use: who goes through all files of a node, such as a backup, is soon done with these. */
const patience = 3_000;

/** Ids of one VE: what its user namespace maps, and what mounts of its files are shifted by. */
export const idsPerVe = 65_536;

/** Step handlers for roots. */
export function rootActions(ports: Pick<Host, 'files' | 'mounts'> & { readonly pool: PoolLayout }) {
  const { files, mounts, pool } = ports;

  const mountRoot: StepHandler<MountArgs> = {
    async do(args) {
      await files.makeDir(args.target, { mode: 0o700 });
      if (await mounts.isMounted(args.target)) return;
      for (const layer of args.layers) {
        const { root } = pool.layerOf(layer);
        if (await files.exists(root)) continue;
        const problem = `${root} is missing`;
        if ('digest' in layer) throw fault('layer_missing', { path: root });
        throw fault('template_damaged', { template: `${layer.name}@${layer.version}`, problem });
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
    async do({ target }, { signal }) {
      try {
        await mounts.unmount(target, { patience, signal });
      } catch (error) {
        throw hasErrorCode(error, 'EBUSY') ? await inUse(target, error) : error;
      }
    },
  };

  async function inUse(path: string, cause: unknown) {
    const users = (await mounts.usersOf(path)).map(({ pid, command }) => `${command} (process ${pid})`);
    // one with a mount namespace of its own shows other paths
    const named = users.length === 0 ? 'by processes that cannot be found' : users.join(', ');
    return fault('root_in_use', { path, users: named }, { cause });
  }

  return { 'mount-root': mountRoot, 'unmount-root': unmountRoot };
}

/** The overlay of a VE's root: its own changes over its layers, shown under its own ids. */
export function overlayOf(pool: PoolLayout, args: MountArgs, withObjects: boolean): OverlayMount {
  const area = pool.privateArea(args.uuid);
  return {
    layers: args.layers.map((layer) => pool.layerOf(layer).root),
    ...(withObjects ? { dataLayers: [pool.objects] } : {}),
    upper: area.upper,
    work: area.work,
    target: args.target,
    idmap: { base: args.idBase, count: idsPerVe },
  };
}
