import { fault } from '@insula/contract';
import { CommandFailed, type ProcessIdentity } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { veActions } from '@insula/ve';
import { compileCriuConfig } from '../criu-config.ts';
import { type CheckpointDescription, fittingSpec } from '../description.ts';
import { checkpointPaths, suspendedPaths } from '../layout.ts';
import { compileHold, compileRelease, type HeldVe } from '../network/hold.ts';
import type { CheckpointPorts } from '../ports.ts';
import { freezesByLegacy, inspect, isWorthWaiting, passing, refuseBlocked } from '../preflight/check.ts';
import { consoleOwner } from '../preflight/console.ts';
import { judgeCheckpoint } from '../preflight/judge.ts';

export type CheckpointArgs = {
  readonly uuid: string;
  /** Absolute directory of the checkpoint. */
  readonly dir: string;
};

/** Milliseconds that a dump which an earlier daemon began gets to end by itself: it is never killed, that could leave processes lost. */
const dumpPatience = 300_000;

/** Steps that hold a VE's traffic and write its processes down. */
export function dumpActions(ports: CheckpointPorts) {
  const { cgroups, config, files, groups, nftables, processes, registry, run, runc } = ports;
  const { 'pause-container': pause, 'resume-container': thaw } = veActions(ports);

  const hold = async (ve: HeldVe) => await nftables.apply(compileHold(config, ve));
  const holdTraffic: StepHandler<HeldVe> = {
    do: hold,
    async undo(ve) {
      const entry = registry.list().find(({ spec }) => spec.ctid === ve.ctid);
      // what failed after its processes were on the disk leaves it suspended
      if (entry?.runtime.suspended === true && entry.runtime.init === null) return;
      await nftables.apply(compileRelease(config, ve));
    },
  };

  /** Of a VE whose traffic is held anyway, whatever becomes of the operation. */
  const keepTrafficHeld: StepHandler<HeldVe> = { do: hold };

  const releaseTraffic: StepHandler<HeldVe> = {
    do: async (ve) => await nftables.apply(compileRelease(config, ve)),
    undo: async (ve) => await nftables.apply(compileHold(config, ve)),
  };

  const prepareCheckpoint: StepHandler<CheckpointArgs> = {
    async do({ uuid, dir }) {
      // what an earlier resume did not get to remove fits the VE no longer
      await files.removeTree(suspendedPaths(ports.pool, uuid).used);
      await files.removeTree(dir);
      await makeImagesDir(ports, uuid, dir);
    },
    undo: async ({ dir }) => await files.removeTree(dir),
  };

  /**
   * Since the last look processes may have come and gone, a login prompt among them: what counts is what stands still. What passes by
   * itself is let go on for a moment.
   */
  const freezeProcesses: StepHandler<{ readonly uuid: string }> = {
    async do({ uuid }, context) {
      for (let waited = 0; ; waited += passing.interval) {
        await pause.do({ uuid }, context);
        const entry = registry.find(uuid);
        const blockers = judgeCheckpoint({
          facts: await inspect(ports, entry),
          links: [],
          ownLinks: [],
          interfaces: [],
          legacyFreezer: await freezesByLegacy(ports),
        });
        if (blockers.length === 0) return;
        await thaw.do({ uuid }, context);
        if (!isWorthWaiting(blockers) || waited >= passing.patience) refuseBlocked(entry.spec.name, blockers);
        context.log(`${blockers[0]?.problem ?? ''}: it goes on for a moment`);
        await ports.sleep(passing.interval);
      }
    },
    undo: async (args, context) => await thaw.do(args, context),
  };

  /** The VE is paused and its traffic held: what is read of its network and cgroups belongs to the moment of the dump. */
  const dumpProcesses: StepHandler<CheckpointArgs> = {
    async do({ uuid, dir }, { signal }) {
      const { spec, runtime } = registry.find(uuid);
      const paths = checkpointPaths(dir);
      const { criuConfig, criuWork } = run.ve(uuid);
      const { init } = runtime;
      if (init === null) throw fault('checkpoint_failed', { ve: spec.name, problem: 'it does not run' });
      await files.makeDir(criuWork);
      await files.writeAtomic(criuConfig, compileCriuConfig(), { durable: false });
      const dump = runc.checkpoint(uuid, {
        images: paths.images,
        work: criuWork,
        started: async (pid) => await noteDump(uuid, pid),
      });
      const [dumped, facts, network, subtree] = await Promise.allSettled([
        dump,
        inspect(ports, { spec, runtime }),
        ports.guestNetworks.read(init.pid, { signal }),
        cgroups.subtree(groups.payload(spec.ctid)),
      ]);
      if (dumped.status === 'rejected') throw dumpFailed(spec.name, dumped.reason);
      if (facts.status === 'rejected') throw facts.reason;
      if (network.status === 'rejected') throw network.reason;
      if (subtree.status === 'rejected') throw subtree.reason;
      await runc.forgetCheckpoint(uuid);
      const owner = consoleOwner(facts.value.processes);
      if (owner !== null) await ports.checkpointImages.noteConsoleOwner(paths.images, owner);
      const description: CheckpointDescription = {
        format: 1,
        uuid,
        createdAt: new Date().toISOString(),
        network: network.value,
        cgroups: subtree.value,
        images: [],
        fits: fittingSpec(spec),
      };
      await files.writeAtomic(paths.description, JSON.stringify(description), { durable: false });
    },
    async undo({ uuid, dir }) {
      await dumpEnded(uuid);
      await runc.forgetCheckpoint(uuid);
      await files.removeTree(run.ve(uuid).criuWork);
      await files.removeTree(checkpointPaths(dir).images);
      await makeImagesDir(ports, uuid, dir);
    },
  };

  async function noteDump(uuid: string, pid: number): Promise<void> {
    const identity = await processes.identify(pid);
    await files.writeAtomic(dumpNote(uuid), JSON.stringify(identity), { durable: false });
  }

  /** Whoever undoes a dump first lets it come to its end: CRIU takes out of the processes what it put in. */
  async function dumpEnded(uuid: string): Promise<void> {
    const text = await files.readTextIfExists(dumpNote(uuid));
    const dump = text === null ? null : (JSON.parse(text) as ProcessIdentity | null);
    if (dump !== null) await processes.exited(dump, { signal: AbortSignal.timeout(dumpPatience) });
  }

  const dumpNote = (uuid: string) => `${run.ve(uuid).criuWork}/dump.json`;

  return {
    'hold-traffic': holdTraffic,
    'keep-traffic-held': keepTrafficHeld,
    'release-traffic': releaseTraffic,
    'prepare-checkpoint': prepareCheckpoint,
    'freeze-processes': freezeProcesses,
    'dump-processes': dumpProcesses,
  };
}

/** Processes that are being restored are the VE's already when they read their images, through a descriptor of this directory. */
async function makeImagesDir({ files, registry }: CheckpointPorts, uuid: string, dir: string): Promise<void> {
  const { images } = checkpointPaths(dir);
  await files.makeDir(dir);
  await files.makeDir(images, { mode: 0o710 });
  const entry = registry.get(uuid);
  if (entry !== undefined) await files.changeOwner(images, 0, entry.spec.idBase);
}

function dumpFailed(ve: string, error: unknown): unknown {
  if (!(error instanceof CommandFailed)) return error;
  return fault('checkpoint_failed', { ve, problem: error.stderr.trim() || error.message }, { cause: error });
}
