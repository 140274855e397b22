import type { VeOptimization, VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import type { PoolLayout } from '../pool-layout.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { equalContents, indexChanges } from './changes-index.ts';
import { leaveToLayer } from './leave-to-layer.ts';
import { makeOwnLayer, type OwnLayerWish } from './make-own-layer.ts';
import { publishOwnLayer } from './publish-own-layer.ts';
import { readRelocation, relocationPaths } from './relocation.ts';

export type OwnLayerPorts = VolumePorts & Pick<Host, 'trees'> & { readonly pool: PoolLayout };

type OneArgs = {
  readonly uuid: string;
  /** A VE that cannot be optimized is left as it is, and keeps nobody else from it. */
  readonly lenient: boolean;
};
type VeArgs = OneArgs & { readonly layout: VolumeLayout };
export type MakeOwnLayerArgs = VeArgs & Pick<OwnLayerWish, 'layers' | 'roomBytes'>;
type ManyArgs = { readonly uuids: readonly string[] };

/**
 * Step handlers that move what VEs have alike from their changed files to the object store. At every moment between and in them each VE
 * has all its files: a file leaves its private area only when a layer of the VE's own shows the same in its place, byte by byte.
 */
export function ownLayerActions(ports: OwnLayerPorts) {
  const { files, pool } = ports;
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

  const makeLayer: StepHandler<MakeOwnLayerArgs> = {
    async do(args, context) {
      const equal = new Set((await files.readText(equalOf(context))).split('\n'));
      const place = placeOf(context, args.uuid);
      const make = async (upper: string) =>
        await makeOwnLayer(ports, { ...args, upper, equal }, place, context);
      await within(args, make, context);
    },
    undo: async ({ uuid }, context) => await files.removeTree(placeOf(context, uuid).dir),
  };

  const leaveFiles: StepHandler<VeArgs> = {
    async do(args, context) {
      const relocation = await readRelocation(ports, placeOf(context, args.uuid));
      await within(args, async (upper) => await leaveToLayer(ports, upper, relocation, context), context);
    },
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
    'make-own-layer': leniently(makeLayer),
    'publish-own-layer': leniently(publishLayer),
    'leave-to-layer': leniently(leaveFiles),
    'report-relocations': report,
    'drop-relocations': dropStaging,
  };
}

const nothing = { readFiles: 0, movedFiles: 0, movedBytes: 0, storedBytes: 0 };
