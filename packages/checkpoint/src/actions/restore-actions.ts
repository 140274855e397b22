import { fault, type VeSpec } from '@insula/contract';
import { CommandFailed, gateProgram, type RestoreStage } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import { readRunRecord, veActions, writeRunRecord } from '@insula/ve';
import { compileCriuConfig } from '../criu-config.ts';
import { readDescription } from '../description.ts';
import { checkpointPaths } from '../layout.ts';
import { compileReplay } from '../network/replay.ts';
import type { CheckpointPorts } from '../ports.ts';
import type { CheckpointArgs } from './dump-actions.ts';

type UuidArgs = { readonly uuid: string };

/** Milliseconds from one gate of a restore to the next; memory of many gigabytes is read in between. */
const restorePatience = 600_000;

/**
 * Steps that bring processes back. The restore is a process of its own, under the VE's conmon, that stops at two gates: it goes on
 * whatever becomes of the daemon, but never past a gate that no daemon opened.
 */
export function restoreActions(ports: CheckpointPorts) {
  const { cgroups, conmon, files, groups, mounts, pool, processes, registry, restoreGates, run } = ports;
  const { 'create-container': createContainer } = veActions(ports);

  const makeSubtree: StepHandler<CheckpointArgs> = {
    async do({ uuid, dir }) {
      const { spec } = registry.find(uuid);
      // the groups may have been made long ago
      void cgroups.expectMoves();
      const { cgroups: subtree } = await readDescription(files, checkpointPaths(dir).description, uuid);
      await cgroups.makeSubtree(groups.payload(spec.ctid), subtree);
    },
  };

  /** Ends where the VE's namespaces are there, and nothing in them. */
  const beginRestore: StepHandler<CheckpointArgs> = {
    async do({ uuid, dir }, { signal }) {
      const { spec } = registry.find(uuid);
      const paths = run.ve(uuid);
      const area = pool.privateArea(uuid);
      await conmon.removeExit(run.exits, uuid);
      await restoreGates.install(paths.bundle);
      const cgroupRoot = await movedGroup(dir, spec);
      const criuConfig = compileCriuConfig({
        gate: gateProgram(paths.bundle),
        ...(cgroupRoot === null ? {} : { cgroupRoot }),
      });
      await files.writeAtomic(paths.criuConfig, criuConfig, { durable: false });
      try {
        const { conmonPid } = await conmon.restore({
          id: uuid,
          bundle: paths.bundle,
          pidFile: paths.pidFile,
          conmonPidFile: paths.conmonPidFile,
          exitDir: run.exits,
          logPath: area.consoleLog,
          logBytes: ports.config.consoleLogBytes,
          images: checkpointPaths(dir).images,
          beforeStart: async (monitor) => await cgroups.attach(groups.monitor(spec.ctid), monitor),
        });
        await untilGate(uuid, 'network', signal);
        const pid = await restoreGates.initPid(paths.bundle);
        const init = pid === null ? null : await processes.identify(pid);
        if (init === null) throw restoreFailed(spec.name, 'its first process ended');
        await writeRunRecord(files, paths.record, {
          init,
          conmon: await processes.identify(conmonPid),
          startedAt: new Date().toISOString(),
        });
      } catch (error) {
        throw inWords(spec.name, error);
      }
    },
    /**
     * What runc and CRIU mount while they restore (the root below runc's note of the container, a view of the cgroups) is left when they
     * are killed: it must be gone before anybody removes the folders around it, and the VE's files with them.
     */
    async undo({ uuid }, context) {
      const entry = registry.get(uuid);
      if (entry !== undefined) {
        await cgroups.kill(groups.monitor(entry.spec.ctid));
        await cgroups.kill(groups.outer(entry.spec.ctid));
      }
      for (const dir of [`${run.runcRoot}/${uuid}`, run.ve(uuid).bundle])
        for (const { target } of (await mounts.mountsBelow(dir)).toReversed()) await mounts.unmount(target);
      await createContainer.undo?.({ uuid }, context);
    },
  };

  const replayNetwork: StepHandler<CheckpointArgs> = {
    async do({ uuid, dir }, context) {
      const { signal } = context;
      const { spec } = registry.find(uuid);
      const { network } = await readDescription(files, checkpointPaths(dir).description, uuid);
      const record = await readRunRecord(files, run.ve(uuid).record);
      if (record === null) throw restoreFailed(spec.name, 'the record of its run is missing');
      const { pid } = record.init;
      const fresh = await ports.guestNetworks.read(pid, { signal });
      const script = compileReplay(network, fresh);
      for (const line of await ports.guestNetworks.apply(pid, script, { signal })) context.log(line);
    },
  };

  /** Ends where everything is there, and nothing runs. */
  const restoreProcesses: StepHandler<UuidArgs> = {
    async do({ uuid }, { signal }) {
      const { spec } = registry.find(uuid);
      const { bundle } = run.ve(uuid);
      const patience = AbortSignal.any([signal, AbortSignal.timeout(restorePatience)]);
      try {
        await restoreGates.open(bundle, 'network', { signal: patience });
        await untilGate(uuid, 'resume', signal);
      } catch (error) {
        throw inWords(spec.name, error);
      }
    },
  };

  const letGo: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const { spec } = registry.find(uuid);
      const paths = run.ve(uuid);
      const record = await readRunRecord(files, paths.record);
      if (record === null) throw restoreFailed(spec.name, 'the record of its run is missing');
      const signal = AbortSignal.timeout(restorePatience);
      try {
        await Promise.race([
          restoreGates.open(paths.bundle, 'resume', { signal }),
          conmon.restored({ ...paths, signal }),
        ]);
        await conmon.restored({ ...paths, signal });
      } catch (error) {
        throw inWords(spec.name, error);
      }
      await ports.runc.enterTime(uuid, record.init.pid);
      registry.note(uuid, { init: record.init, paused: false, startedAt: record.startedAt });
    },
  };

  /**
   * The group of a VE that had another one where it was saved, on a node that names its groups otherwise. On cgroup v1 runc says it to
   * CRIU itself; on v2 it says nothing, and the processes would be moved into a group of the old name.
   */
  async function movedGroup(dir: string, { uuid, ctid }: VeSpec): Promise<string | null> {
    const { group } = await readDescription(files, checkpointPaths(dir).description, uuid);
    const own = groups.payload(ctid);
    const isMoved = group !== undefined && group !== own && (await cgroups.describe()).layout === 'v2';
    return isMoved ? `/${own}` : null;
  }

  /** Fails as soon as the restore does. */
  async function untilGate(uuid: string, stage: RestoreStage, cancel: AbortSignal): Promise<void> {
    const paths = run.ve(uuid);
    const done = new AbortController();
    const signal = AbortSignal.any([cancel, done.signal, AbortSignal.timeout(restorePatience)]);
    try {
      await Promise.race([
        restoreGates.reached(paths.bundle, stage, { signal }),
        conmon.restored({ ...paths, signal }),
      ]);
    } finally {
      done.abort();
    }
  }

  return {
    'make-subtree': makeSubtree,
    'begin-restore': beginRestore,
    'replay-network': replayNetwork,
    'restore-processes': restoreProcesses,
    'let-go': letGo,
  };
}

function restoreFailed(ve: string, problem: string, cause?: unknown) {
  return fault('restore_failed', { ve, problem }, cause === undefined ? {} : { cause });
}

function inWords(ve: string, error: unknown): unknown {
  if (!(error instanceof CommandFailed)) return error;
  return restoreFailed(ve, error.stderr.trim() || error.message, error);
}
