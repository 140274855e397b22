import type { VeSpec } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import type { VePorts } from '../ports.ts';

export type WriteSpecArgs = {
  readonly spec: VeSpec;
  /** What stands in `ve.json` before; null for a VE that is being created. */
  readonly previous: VeSpec | null;
};

/** Steps that change what a VE's two files say, and the view of it in memory with them. */
export function specActions({ veFiles, registry }: Pick<VePorts, 'veFiles' | 'registry'>) {
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
    async do({ uuid, wanted }) {
      registry.note(uuid, { wanted });
      const entry = registry.get(uuid);
      if (entry !== undefined) await veFiles.writeState(uuid, entry.runtime);
    },
  };

  return { 'write-spec': writeSpec, 'note-wanted': noteWanted };
}
