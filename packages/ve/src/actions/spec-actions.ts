import type { ParameterValues, VeSpec } from '@insula/contract';
import { hasErrorCode } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import { layersAfter } from '@insula/vzfs';
import type { GoldenWish, VePorts } from '../ports.ts';
import { readRunRecord, writeRunRecord } from '../run-record.ts';
import type { RememberedState, VeFiles } from '../ve-files.ts';

export type WriteSpecArgs = {
  readonly spec: VeSpec;
  /** What stands in `ve.json` before; null for a VE that is being created. */
  readonly previous: VeSpec | null;
};

export type NoteParametersArgs = {
  readonly uuid: string;
  readonly parameters: ParameterValues | null;
  readonly previous: ParameterValues | null;
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
  run,
}: Pick<VePorts, 'veFiles' | 'registry' | 'haveGoldenImage' | 'files' | 'pool' | 'run'>) {
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

  /** Parameters of a running VE until it stops; null: those of its spec. */
  const noteParameters: StepHandler<NoteParametersArgs> = {
    do: async ({ uuid, parameters }) => await keepParameters(uuid, parameters),
    undo: async ({ uuid, previous }) => await keepParameters(uuid, previous),
  };

  async function keepParameters(uuid: string, parameters: ParameterValues | null): Promise<void> {
    registry.note(uuid, { parameters });
    const path = run.ve(uuid).record;
    const record = await readRunRecord(files, path);
    if (record === null) return;
    const { parameters: _before, ...rest } = record;
    await writeRunRecord(files, path, parameters === null ? rest : { ...rest, parameters });
  }

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

  /** What was decided when the plan was made and stands in the history of operations. */
  const remark: StepHandler<{ readonly remarks: readonly string[] }> = {
    async do({ remarks }, context) {
      for (const line of remarks) context.log(line);
    },
  };

  return {
    'adopt-own-layer': adoptOwnLayer,
    'write-spec': writeSpec,
    'note-parameters': noteParameters,
    'note-wanted': noteWanted,
    'have-golden-image': haveImage,
    remark,
  };
}
