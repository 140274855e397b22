import type { VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { ownChanges } from '../own-layers/own-changes.ts';
import { readOwnLayers } from '../own-layers/read-own-layers.ts';
import type { LayerReference, PoolLayout } from '../pool-layout.ts';
import { isStubLayer } from '../store/layer-contents.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { readCredentials, writeCredentials } from './credentials.ts';

type RootArgs = { readonly uuid: string; readonly layout: VolumeLayout };
export type StageRootArgs = RootArgs & {
  /** What the changed files lie over, before and after: the topmost first. */
  readonly from: readonly LayerReference[];
  readonly to: readonly LayerReference[];
  readonly credentials: boolean;
  /** Whether what is there now is kept. */
  readonly keep: boolean;
};

type ReinstallPorts = VolumePorts &
  Pick<Host, 'guestTrees' | 'trees' | 'upperTrees'> & { readonly pool: PoolLayout };

/**
 * Step handlers that give a VE an empty root in the place of the one that it has. All of it happens within its volume, so that limits
 * hold and nothing is copied; the VE is down meanwhile.
 */
export function reinstallActions(ports: ReinstallPorts) {
  const { files, guestTrees, mounts, pool, trees, upperTrees } = ports;
  const stores = volumeStores(ports);

  async function opened({ uuid, layout }: RootArgs, use: () => Promise<void>): Promise<void> {
    const { volume } = pool.privateArea(uuid);
    await stores[layout].open(volume);
    try {
      await use();
    } finally {
      await stores[layout].close(volume);
    }
  }

  /** Files of the VE's own that layers have, and not its upper tree. */
  async function inOwnLayers(upper: string, layers: readonly LayerReference[]): Promise<readonly Buffer[]> {
    const own = await readOwnLayers(
      ports,
      layers.flatMap((layer) => ('digest' in layer ? [layer.digest] : [])),
    );
    if (own.length === 0) return [];
    const changes = await trees.list(upper);
    return ownChanges(changes, own)
      .slice(changes.length)
      .map(({ path }) => path);
  }

  /** Calls `use` while an upper tree of the VE shows over layers, under the ids on disk. */
  async function shown(
    uuid: string,
    { layers, upper }: { readonly layers: readonly LayerReference[]; readonly upper: string },
    use: (root: string) => Promise<void>,
  ): Promise<void> {
    const { view, work } = pool.privateArea(uuid);
    await files.makeDir(view);
    for (const name of ['work', 'index']) await files.makeDir(`${work}/${name}`, { mode: 0o700 });
    const stubs = await Promise.all(layers.map(async (layer) => await isStubLayer(ports, layer)));
    await mounts.overlay({
      layers: layers.map((layer) => pool.layerOf(layer).root),
      ...(stubs.includes(true) ? { dataLayers: [pool.objects] } : {}),
      upper,
      work,
      target: view,
    });
    try {
      await use(view);
    } finally {
      await hide(uuid);
    }
  }

  async function hide(uuid: string): Promise<void> {
    const { view } = pool.privateArea(uuid);
    await mounts.unmount(view);
    await files.removeTree(view);
  }

  const stageRoot: StepHandler<StageRootArgs> = {
    async do({ uuid, layout, from, to, credentials, keep }, { signal }) {
      const { upper, nextUpper } = pool.privateArea(uuid);
      await opened({ uuid, layout }, async () => {
        await files.removeTree(nextUpper);
        await files.makeDir(nextUpper, { mode: 0o755 });
        if (!credentials && !keep) return;
        const old: Awaited<ReturnType<typeof readCredentials>>[] = [];
        await shown(uuid, { layers: from, upper }, async (root) => {
          if (credentials) old.push(await guestTrees.within(root, readCredentials));
          if (!keep) return;
          const also = await inOwnLayers(upper, from);
          await upperTrees.complete(upper, root, { signal, also });
        });
        const [found] = old;
        if (found === undefined) return;
        await shown(uuid, { layers: to, upper: nextUpper }, async (root) => {
          await guestTrees.within(root, async (tree) => await writeCredentials(tree, found));
        });
      });
    },
    async undo({ uuid, layout }) {
      await hide(uuid);
      await opened({ uuid, layout }, async () => await files.removeTree(pool.privateArea(uuid).nextUpper));
    },
  };

  /** Between its two renames there is no root; its undo puts the old one back, from everywhere. */
  const swapRoot: StepHandler<RootArgs> = {
    async do(args) {
      const { upper, nextUpper, previousUpper } = pool.privateArea(args.uuid);
      await opened(args, async () => {
        if (!(await files.exists(nextUpper))) return;
        if (await files.exists(upper)) await files.rename(upper, previousUpper);
        await files.rename(nextUpper, upper);
      });
    },
    async undo(args) {
      const { upper, nextUpper, previousUpper } = pool.privateArea(args.uuid);
      await opened(args, async () => {
        if (!(await files.exists(previousUpper))) return;
        if (await files.exists(upper)) await files.rename(upper, nextUpper);
        await files.rename(previousUpper, upper);
      });
    },
  };

  /** The point of no return: one rename, to below `/old` or out of the way. What comes after it may fail: it only tidies up. */
  const settleOldRoot: StepHandler<RootArgs & { readonly keep: boolean }> = {
    async do({ keep, ...args }, context) {
      const { upper, previousUpper, doomedUpper } = pool.privateArea(args.uuid);
      const target = keep ? `${upper}/old` : doomedUpper;
      await opened(args, async () => {
        await files.removeTree(doomedUpper);
        if (await files.exists(previousUpper)) await files.rename(previousUpper, target);
        try {
          if (!keep) return await files.removeTree(target);
          await upperTrees.detach(target);
          // a folder of that name in the template is another one
          await upperTrees.cover(upper, { removed: [], opaque: ['old'] });
        } catch (error) {
          context.log(`${target}: ${error instanceof Error ? error.message : String(error)}`);
        }
      });
    },
  };

  return { 'stage-root': stageRoot, 'swap-root': swapRoot, 'settle-old-root': settleOldRoot };
}
