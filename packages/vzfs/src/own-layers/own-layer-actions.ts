import type { VeOptimization, VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { type ManifestEntry, parseManifest } from '../store/manifest.ts';
import { objectPath, objectRedirect } from '../store/object-paths.ts';
import { restoreLayer } from '../store/restore-layer.ts';
import { isStored } from '../store/stored-objects.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { type ChangesIndex, equalContents, indexChanges, readIndex } from './changes-index.ts';
import { type MovedFile, planOwnLayer } from './plan-own-layer.ts';
import { publishOwnLayer } from './publish-own-layer.ts';
import { readOwnLayers } from './read-own-layers.ts';
import { isAsNoted, readRelocation, relocationOf, relocationPaths } from './relocation.ts';
import { keyOf, pathOf } from './tree-paths.ts';

export type OwnLayerPorts = VolumePorts & Pick<Host, 'trees'> & { readonly pool: PoolLayout };

type OneArgs = {
  readonly uuid: string;
  /** A VE that cannot be optimized is left as it is, and keeps nobody else from it. */
  readonly lenient: boolean;
};
type VeArgs = OneArgs & { readonly layout: VolumeLayout };
export type MakeOwnLayerArgs = VeArgs & {
  /** Layers of its own that it has. */
  readonly layers: readonly string[];
  /** Bytes that the files of its own layer may have at most; null: as many as they will. */
  readonly roomBytes: number | null;
};
type ManyArgs = { readonly uuids: readonly string[] };

/**
 * Step handlers that move what VEs have alike from their changed files to the object store. At every moment between and in them each VE
 * has all its files: a file leaves its private area only when a layer of the VE's own shows the same in its place, byte by byte.
 */
export function ownLayerActions(ports: OwnLayerPorts) {
  const { files, trees, pool } = ports;
  const placeOf = ({ operationId }: StepContext, uuid: string) => relocationPaths(pool, operationId, uuid);
  const equalOf = ({ operationId }: StepContext) => `${pool.staging}/${operationId}/equal`;
  const stores = volumeStores(ports);

  /** The volume is closed afterwards whatever came: that of a stopped VE is, and one that is not was left by an earlier try. */
  const within = async (
    { uuid, layout }: VeArgs,
    use: (upper: string) => Promise<void>,
    { signal }: Pick<StepContext, 'signal'>,
  ): Promise<void> => {
    const { volume, upper } = pool.privateArea(uuid);
    await stores[layout].open(volume, { signal });
    try {
      await use(upper);
    } finally {
      await stores[layout].close(volume);
    }
  };

  const readChanges: StepHandler<VeArgs> = {
    do: async (args, context) =>
      await within(
        args,
        async (upper) =>
          await indexChanges(ports, args.uuid, upper, {
            signal: context.signal,
            progress: (fraction) => context.progress(fraction),
          }),
        context,
      ),
  };

  const findEqual: StepHandler<ManyArgs> = {
    async do({ uuids }, context) {
      await files.makeDir(`${pool.staging}/${context.operationId}`);
      const equal = await equalContents(ports, uuids);
      await files.writeAtomic(equalOf(context), [...equal].map((digest) => `${digest}\n`).join(''));
    },
    undo: async (_args, context) => await files.removeTree(`${pool.staging}/${context.operationId}`),
  };

  const makeOwnLayer: StepHandler<MakeOwnLayerArgs> = {
    async do(args, context) {
      const place = placeOf(context, args.uuid);
      await files.removeTree(place.dir);
      await files.makeDir(place.layer);
      const equal = new Set((await files.readText(equalOf(context))).split('\n'));
      const index = await readIndex(ports, args.uuid);
      const current = await readOwnLayers(ports, args.layers);
      const stored = await storedContents(index);
      await within(
        args,
        async (upper) => {
          const changes = await trees.list(upper, context);
          const plan = planOwnLayer({
            changes,
            digests: digestsOf(index, changes),
            current,
            isShared: (digest) => stored.has(digest) || equal.has(digest),
            roomBytes: args.roomBytes,
          });
          const fresh = plan.moved.filter(({ digest }) => !stored.has(digest));
          const storedBytes = await copyContents(upper, fresh, place.layer, context);
          const { manifest, ...relocation } = relocationOf(plan, {
            changes,
            readFiles: index.size,
            storedBytes,
          });
          if (relocation.layers.length > 0) {
            await files.writeAtomic(`${place.layer}/manifest`, manifest);
            const progress = (fraction: number) => context.progress(0.5 + fraction / 2);
            const { signal } = context;
            await restoreLayer(ports, place.layer, {
              archive: args.uuid,
              isOwn: true,
              signal,
              progress,
            }).catch(async (error: unknown) => {
              // should a file not be what was read of it, it is read anew the next time
              if (!signal.aborted) await files.removeFile(pool.privateArea(args.uuid).changesIndex);
              throw error;
            });
          }
          await files.writeAtomic(place.note, JSON.stringify(relocation));
        },
        context,
      );
    },
    undo: async ({ uuid }, context) => await files.removeTree(placeOf(context, uuid).dir),
  };

  async function storedContents(index: ChangesIndex): Promise<ReadonlySet<string>> {
    const stored = new Set<string>();
    for (const { digest, size } of index.values())
      if (!stored.has(digest) && (await isStored(ports, digest, size))) stored.add(digest);
    return stored;
  }

  /** Lays contents beside a layer that is being made, once each. @returns their bytes */
  async function copyContents(
    upper: string,
    moved: readonly MovedFile[],
    layerDir: string,
    context: StepContext,
  ): Promise<number> {
    const contents = new Map(moved.map((file) => [file.digest, file] as const));
    const whole = [...contents.values()].reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    for (const [digest, { path, size }] of contents) {
      context.signal.throwIfAborted();
      const staged = `${layerDir}/objects${objectRedirect(digest)}`;
      await files.makeDir(staged.slice(0, staged.lastIndexOf('/')));
      await trees.copyOut(upper, path, staged);
      done += size;
      context.progress((0.5 * done) / whole);
    }
    return whole;
  }

  /** Takes the files away that the VE's own layer shows now. Each is compared with what will be read in its place. */
  const leaveToLayer: StepHandler<VeArgs> = {
    async do(args, context) {
      const relocation = await readRelocation(ports, placeOf(context, args.uuid));
      const [digest] = relocation.layers;
      if (digest === undefined || relocation.files.length === 0) return;
      const { root, manifest } = pool.ownLayer(digest);
      const noted = new Map(
        parseManifest(await files.readText(manifest)).map((entry) => [keyOf(entry.path), entry]),
      );
      const shown = new Set((await trees.list(root, context)).map(({ path }) => keyOf(path)));
      await within(
        args,
        async (upper) => {
          const found = new Map(
            (await trees.list(upper, context)).map((entry) => [keyOf(entry.path), entry]),
          );
          for (const path of relocation.opaque)
            if (found.has(path)) await trees.removeAttribute(upper, pathOf(path), 'trusted.overlay.opaque');
          for (const [count, path] of relocation.files.entries()) {
            context.signal.throwIfAborted();
            context.progress(count / relocation.files.length);
            const [file, entry] = [found.get(path), noted.get(path)];
            // an earlier try took it away
            if (file === undefined) continue;
            const isSame =
              entry !== undefined &&
              shown.has(path) &&
              isAsNoted(file, entry) &&
              (await holds(upper, entry, context));
            if (isSame) await trees.removeName(upper, file.path);
            else context.log(`/${path} stays private: it is not what was read before`);
          }
          for (const [path, modifiedNs] of relocation.folders)
            await trees.setModified(upper, pathOf(path), BigInt(modifiedNs));
          await trees.sync(upper);
        },
        context,
      );
    },
  };

  const holds = async (
    upper: string,
    { path, digest, size }: ManifestEntry,
    { signal }: Pick<StepContext, 'signal'>,
  ): Promise<boolean> => {
    if (digest === null || !(await isStored(ports, digest, size))) return false;
    return await trees.holdsSame(upper, path, objectPath(pool, digest), { signal });
  };

  const publishLayer: StepHandler<OneArgs> = {
    async do({ uuid }, context) {
      const place = placeOf(context, uuid);
      const [digest] = (await readRelocation(ports, place)).layers;
      if (digest !== undefined) await publishOwnLayer(ports, place.layer, digest);
    },
  };

  const report: StepHandler<{ readonly ves: readonly { readonly uuid: string; readonly name: string }[] }> = {
    async do({ ves }, context) {
      const rows: VeOptimization[] = [];
      for (const { uuid, name } of ves) {
        const place = placeOf(context, uuid);
        const problem = await files.readTextIfExists(place.problem);
        const { report } = problem === null ? await readRelocation(ports, place) : { report: nothing };
        rows.push({ ve: name, uuid, ...report, problem });
      }
      context.output(rows);
    },
  };

  const dropStaging: StepHandler<Record<never, never>> = {
    do: async (_args, context) => await files.removeTree(`${pool.staging}/${context.operationId}`),
  };

  function leniently<Args extends OneArgs>(step: StepHandler<Args>): StepHandler<Args> {
    return {
      ...step,
      async do(args, context) {
        const { problem, dir } = placeOf(context, args.uuid);
        if (await files.exists(problem)) return;
        try {
          await step.do(args, context);
        } catch (error) {
          if (!args.lenient || context.signal.aborted) throw error;
          const text = error instanceof Error ? error.message : String(error);
          context.log(`${args.uuid} is left as it is: ${text}`);
          await files.makeDir(dir);
          await files.writeAtomic(problem, text);
        }
      },
    };
  }

  return {
    'read-changes': leniently(readChanges),
    'find-equal-files': findEqual,
    'make-own-layer': leniently(makeOwnLayer),
    'publish-own-layer': leniently(publishLayer),
    'leave-to-layer': leniently(leaveToLayer),
    'report-relocations': report,
    'drop-relocations': dropStaging,
  };
}

const nothing = { readFiles: 0, movedFiles: 0, movedBytes: 0, storedBytes: 0 };

/** Digests of the files that are still as they were when they were read. */
function digestsOf(
  index: ChangesIndex,
  changes: readonly { readonly path: Buffer; readonly inode: bigint; readonly changedNs: bigint }[],
): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  for (const { path, inode, changedNs } of changes) {
    const key = keyOf(path);
    const known = index.get(key);
    if (known?.inode === inode && known.changedNs === changedNs) digests.set(key, known.digest);
  }
  return digests;
}
