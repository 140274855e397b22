import { fault } from '@insula/contract';
import { runningDump } from './actions/running-dump.ts';
import { compileCriuConfig } from './criu-config.ts';
import type { CheckpointPorts } from './ports.ts';
import { makeRestoredDir } from './restored-dir.ts';

/*
 * Rounds: memory is written down while its processes run, each round what has changed since the one before, and the dump goes on from
 * the last. CRIU calls them pre-dumps; the kernel must tell which pages were written to. They lie below the images of the dump, so
 * that whoever may look names up there finds them, and go where it goes.
 */

/** From a dump to its rounds, and from one round to the one before: what CRIU's links between them say. */
export const fromDumpTo = (round: number): string => `rounds/${round}`;
export const fromRoundTo = (round: number): string => `../${round}`;

const roundPath = (images: string, round: number): string => `${images}/${fromDumpTo(round)}`;

/** Whether a name below a checkpoint's directory is that of a round, or of the link to the last one. */
export const isOfRounds = (name: string): boolean => /^images\/(?:rounds(?:\/|$)|parent$)/.test(name);

/** The number of the last round below images; 0 when there is none. */
export async function lastRound({ files }: Pick<CheckpointPorts, 'files'>, images: string): Promise<number> {
  const rounds = await files.list(`${images}/rounds`);
  return Math.max(0, ...rounds.map(({ name }) => Number(name)));
}

/** An empty place for a round. The first takes the place of all that were there. */
export async function makeRoundDir(
  ports: Pick<CheckpointPorts, 'files' | 'registry'>,
  uuid: string,
  images: string,
  round: number,
): Promise<string> {
  const dir = roundPath(images, round);
  await ports.files.removeTree(round === 1 ? `${images}/rounds` : dir);
  await makeRestoredDir(ports, uuid, `${images}/rounds`);
  // a link is followed to it: that takes reading it
  await makeRestoredDir(ports, uuid, dir, { mode: 0o750 });
  return dir;
}

/**
 * Writes a round down; the processes stand still for a moment only. Answers where it is and its bytes of memory.
 * @throws CommandFailed with CRIU's errors: then nothing may go on from any of the rounds
 */
export async function dumpRound(
  ports: CheckpointPorts,
  uuid: string,
  images: string,
  round: number,
): Promise<{ readonly dir: string; readonly bytes: number }> {
  const { checkpointImages, files, registry, run, runc } = ports;
  const { spec, runtime } = registry.find(uuid);
  if (runtime.init === null) throw fault('checkpoint_failed', { ve: spec.name, problem: 'it does not run' });
  const { criuConfig, criuWork } = run.ve(uuid);
  const dir = await makeRoundDir(ports, uuid, images, round);
  await files.makeDir(criuWork);
  await files.writeAtomic(criuConfig, compileCriuConfig(), { durable: false });
  await runc.checkpoint(uuid, {
    images: dir,
    work: criuWork,
    ahead: true,
    started: async (pid) => await runningDump(ports, uuid).begun(pid),
    ...(round === 1 ? {} : { parent: fromRoundTo(round - 1) }),
  });
  await runc.forgetCheckpoint(uuid);
  return { dir, bytes: await checkpointImages.memoryBytes(dir) };
}

/** Ends what is under way, and removes all rounds: nothing goes on from them any more. */
export async function dropRounds(ports: CheckpointPorts, uuid: string, images: string): Promise<void> {
  await runningDump(ports, uuid).ended();
  await ports.runc.forgetCheckpoint(uuid);
  await ports.files.removeTree(`${images}/rounds`);
}
