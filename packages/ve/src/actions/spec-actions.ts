import type { VeSpec } from '@insula/contract';
import { hasErrorCode } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { layersAfter } from '@insula/vzfs';
import type { GoldenWish, VePorts } from '../ports.ts';
import type { RememberedState, VeFiles } from '../ve-files.ts';

export type WriteSpecArgs = {
  readonly spec: VeSpec;
  /** What stands in `ve.json` before; null for a VE that is being created. */
  readonly previous: VeSpec | null;
};

/** As a type of its own: arguments are plain data. */
type GoldenArgs = Pick<GoldenWish, 'name' | 'input'>;

/** Writes `state.json`. A full pool is no reason not to start or to stop a VE: then what stood there before stays. */
export async function rememberState(
  veFiles: VeFiles,
  uuid: string,
  state: RememberedState,
  { log }: Pick<StepContext, 'log'>,
): Promise<void> {
  try {
    await veFiles.writeState(uuid, state);
  } catch (error) {
    if (!hasErrorCode(error, 'ENOSPC', 'EDQUOT')) throw error;
    log('no space for state.json: should the node boot now, it goes by what the file said before');
  }
}

/** Steps that change what a VE's two files say, and the view of it in memory with them. */
export function specActions({
  veFiles,
  registry,
  files,
  pool,
  haveGoldenImage,
}: Pick<VePorts, 'veFiles' | 'registry' | 'haveGoldenImage' | 'files' | 'pool'>) {
  const writeSpec: StepHandler<WriteSpecArgs> = {
    async do({ spec }) {
      registry.replace(spec);
      await veFiles.writeSpec(spec);
    },
    async undo({ spec, previous }) {
      if (previous === null) return await veFiles.removeSpec(spec.uuid);
      registry.replace(previous);
      await veFiles.writeSpec(previous);
    },
  };

  /** What a node that comes up again will do with the VE. */
  const noteWanted: StepHandler<{ readonly uuid: string; readonly wanted: 'running' | 'stopped' }> = {
    async do({ uuid, wanted }, context) {
      registry.note(uuid, { wanted });
      const entry = registry.get(uuid);
      if (entry !== undefined) await rememberState(veFiles, uuid, entry.runtime, context);
    },
  };

  /** What was built stays, whatever becomes of the VE: the next one finds it. */
  const haveImage: StepHandler<GoldenArgs> = {
    do: async (wish, context) => await haveGoldenImage(wish, context),
  };

  /** Has no undo: with the layer below them, its changed files are whole whether what it shows has left them or not. */
  const adoptOwnLayer: StepHandler<{ readonly uuid: string }> = {
    async do({ uuid }, { operationId }) {
      const spec = registry.get(uuid)?.spec;
      const layers = await layersAfter({ files, pool }, operationId, uuid);
      if (spec === undefined || layers === null) return;
      const next = { ...spec, layers: [...layers] };
      await veFiles.writeSpec(next);
      registry.replace(next);
    },
  };

  return {
    'adopt-own-layer': adoptOwnLayer,
    'write-spec': writeSpec,
    'note-wanted': noteWanted,
    'have-golden-image': haveImage,
  };
}
