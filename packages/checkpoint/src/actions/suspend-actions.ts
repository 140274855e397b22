import { fault } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import { readDescription } from '../description.ts';
import { checkpointPaths, suspendedPaths } from '../layout.ts';
import type { CheckpointPorts } from '../ports.ts';
import type { CheckpointArgs } from './dump-actions.ts';

type UuidArgs = { readonly uuid: string };

/** Steps by which a checkpoint becomes what a VE is, and ceases to be it. Each is one rename. */
export function suspendActions({
  checkpointImages,
  files,
  pool,
  processes,
  registry,
  restoreGates,
  run,
}: CheckpointPorts) {
  async function seal(uuid: string, dir: string): Promise<void> {
    const paths = checkpointPaths(dir);
    const description = await readDescription(files, paths.description, uuid);
    const images = await checkpointImages.seal(paths.images);
    await files.writeAtomic(paths.description, JSON.stringify({ ...description, images }));
  }

  const sealCheckpoint: StepHandler<CheckpointArgs> = { do: async ({ uuid, dir }) => await seal(uuid, dir) };

  /** From here on the VE is suspended: what still runs of it is killed, and never goes on. */
  const commitCheckpoint: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { saved, unfinished } = suspendedPaths(pool, uuid);
      if (await files.exists(saved)) return;
      await seal(uuid, unfinished);
      await files.rename(unfinished, saved);
      registry.note(uuid, { suspended: true });
    },
    /** As long as nothing was killed, the VE may still go on as if there had been no checkpoint. */
    async undo({ uuid }) {
      const { saved, unfinished } = suspendedPaths(pool, uuid);
      const init = registry.get(uuid)?.runtime.init ?? null;
      if (init === null || !(await processes.isAlive(init)) || !(await files.exists(saved))) return;
      await files.rename(saved, unfinished);
      registry.note(uuid, { suspended: false });
    },
  };

  const verifyCheckpoint: StepHandler<CheckpointArgs> = {
    async do({ uuid, dir }) {
      const paths = checkpointPaths(dir);
      const { images } = await readDescription(files, paths.description, uuid);
      const problem = await checkpointImages.damage(paths.images, images);
      if (problem !== null) throw fault('checkpoint_damaged', { path: paths.dir, problem });
    },
  };

  /**
   * The last moment before the VE runs again: from here on its files change, and the checkpoint no longer fits them. Should the node
   * lose its power in between, nobody can know whether it ran; then it starts anew.
   */
  const useCheckpoint: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { saved, used } = suspendedPaths(pool, uuid);
      if (await files.exists(saved)) {
        await files.removeTree(used);
        await files.rename(saved, used);
      }
      registry.note(uuid, { suspended: false });
    },
    async undo({ uuid }) {
      const { saved, used } = suspendedPaths(pool, uuid);
      const isBefore = (await restoreGates.state(run.ve(uuid).bundle, 'resume')) === 'waiting';
      if (!isBefore || !(await files.exists(used))) return;
      await files.rename(used, saved);
      registry.note(uuid, { suspended: true });
    },
  };

  /** Forgets saved processes; also those of which a restore has no further use. */
  const discardCheckpoint: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { saved, unfinished, used } = suspendedPaths(pool, uuid);
      if (await files.exists(saved)) {
        await files.removeTree(used);
        await files.rename(saved, used);
      }
      registry.note(uuid, { suspended: false });
      for (const dir of [used, unfinished]) await files.removeTree(dir);
    },
  };

  return {
    'seal-checkpoint': sealCheckpoint,
    'commit-checkpoint': commitCheckpoint,
    'verify-checkpoint': verifyCheckpoint,
    'use-checkpoint': useCheckpoint,
    'discard-checkpoint': discardCheckpoint,
  };
}
