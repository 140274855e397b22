import { fault } from '@insula/contract';
import { CommandFailed } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { compileCriuConfig } from '../criu-config.ts';
import { type CheckpointDescription, fittingSpec } from '../description.ts';
import { checkpointPaths, suspendedPaths } from '../layout.ts';
import { compileHold, compileRelease, type HeldVe } from '../network/hold.ts';
import type { CheckpointPorts } from '../ports.ts';
import { inspect } from '../preflight/check.ts';
import { consoleOwner } from '../preflight/console.ts';
import { makeRestoredDir } from '../restored-dir.ts';
import { fromDumpTo, lastRound } from '../rounds.ts';
import { freezeProcesses } from './freeze-action.ts';
import { runningDump } from './running-dump.ts';

export type CheckpointArgs = {
  readonly uuid: string;
  /** Absolute directory of the checkpoint. */
  readonly dir: string;
};

/** Steps that hold a VE's traffic and write its processes down. */
export function dumpActions(ports: CheckpointPorts) {
  const { cgroups, config, files, groups, nftables, registry, run, runc } = ports;

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
      await makeImagesDir(uuid, dir);
    },
    undo: async ({ dir }) => await files.removeTree(dir),
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
      const round = await lastRound(ports, paths.images);
      const dump = runc.checkpoint(uuid, {
        images: paths.images,
        work: criuWork,
        started: async (pid) => await runningDump(ports, uuid).begun(pid),
        ...(round === 0 ? {} : { parent: fromDumpTo(round) }),
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
        group: groups.payload(spec.ctid),
        images: [],
        fits: fittingSpec(spec),
      };
      await files.writeAtomic(paths.description, JSON.stringify(description), { durable: false });
    },
    async undo({ uuid, dir }) {
      await runningDump(ports, uuid).ended();
      await runc.forgetCheckpoint(uuid);
      await files.removeTree(run.ve(uuid).criuWork);
      await files.removeTree(checkpointPaths(dir).images);
      await makeImagesDir(uuid, dir);
    },
  };

  async function makeImagesDir(uuid: string, dir: string): Promise<void> {
    await files.makeDir(dir);
    await makeRestoredDir(ports, uuid, checkpointPaths(dir).images);
  }

  return {
    'hold-traffic': holdTraffic,
    'keep-traffic-held': keepTrafficHeld,
    'release-traffic': releaseTraffic,
    'prepare-checkpoint': prepareCheckpoint,
    'freeze-processes': freezeProcesses(ports),
    'dump-processes': dumpProcesses,
  };
}

function dumpFailed(ve: string, error: unknown): unknown {
  if (!(error instanceof CommandFailed)) return error;
  return fault('checkpoint_failed', { ve, problem: error.stderr.trim() || error.message }, { cause: error });
}
