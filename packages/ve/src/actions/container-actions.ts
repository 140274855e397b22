import { setTimeout as sleep } from 'node:timers/promises';
import { fault } from '@insula/contract';
import { CommandFailed } from '@insula/host';
import type { StepHandler } from '@insula/operations';
import type { PrivateAreaPaths } from '@insula/vzfs';
import type { VePorts } from '../ports.ts';
import { readRunRecord, writeRunRecord } from '../run-record.ts';
import { endOfRun } from '../runtime.ts';
import { rememberState } from './spec-actions.ts';

type UuidArgs = { readonly uuid: string };
export type SignalInitArgs = {
  readonly uuid: string;
  readonly signal: number;
  /** How long the whole stop may take; operations of earlier daemons do not say. */
  readonly timeoutSeconds?: number;
};
export type AwaitExitArgs = { readonly uuid: string; readonly timeoutSeconds: number };
export type DeleteContainerArgs = { readonly uuid: string; readonly requested: boolean };

/** Milliseconds that conmon gets to finish what it is at. */
const conmonPatience = 10_000;

/**
 * Milliseconds that an init gets at most to listen to the signal that it is asked to stop with (never longer than the stop itself may
 * take), and from one look to the next.
 */
const listeningPatience = 5_000;
const listeningPause = 10;

/** Steps on a VE's processes, through conmon and runc. */
export function containerActions(ports: VePorts) {
  const {
    cgroups,
    conmon,
    consoles,
    consoleLogs,
    files,
    groups,
    pool,
    processes,
    registry,
    run,
    runc,
    veFiles,
  } = ports;

  /** Those of the last run are kept beside them. */
  const beginLogs: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      const area = pool.privateArea(uuid);
      await keepPreviousLogs(area);
      await consoleLogs.preserveBootLog(area.consoleLog, area.bootLog);
    },
  };

  const createContainer: StepHandler<UuidArgs> = {
    async do({ uuid }, { signal }) {
      const { spec } = registry.find(uuid);
      const paths = run.ve(uuid);
      await conmon.removeExit(run.exits, uuid);
      try {
        const { pid, conmonPid } = await conmon.create({
          id: uuid,
          bundle: paths.bundle,
          pidFile: paths.pidFile,
          conmonPidFile: paths.conmonPidFile,
          exitDir: run.exits,
          logPath: pool.privateArea(uuid).consoleLog,
          logBytes: ports.config.consoleLogBytes,
          beforeStart: async (monitor) => await cgroups.attach(groups.monitor(spec.ctid), monitor),
          signal,
        });
        const init = await processes.identify(pid);
        if (init === null)
          throw fault('start_failed', { ve: spec.name, problem: 'init ended before it was started' });
        await writeRunRecord(files, paths.record, {
          init,
          conmon: await processes.identify(conmonPid),
          startedAt: new Date().toISOString(),
        });
      } catch (error) {
        if (error instanceof CommandFailed) throw startFailed(spec.name, error);
        throw error;
      }
    },
    async undo({ uuid }) {
      const entry = registry.get(uuid);
      if (entry !== undefined) {
        // A creation goes on when the daemon dies in the middle of it: first whoever creates, then what was created.
        await cgroups.kill(groups.monitor(entry.spec.ctid));
        await cgroups.kill(groups.outer(entry.spec.ctid));
      }
      await forgetContainer(uuid);
      registry.note(uuid, { init: null, paused: false, startedAt: null });
    },
  };

  const startContainer: StepHandler<UuidArgs> = {
    async do({ uuid }, { signal }) {
      const { spec } = registry.find(uuid);
      const record = await readRunRecord(files, run.ve(uuid).record);
      if (record === null)
        throw fault('start_failed', { ve: spec.name, problem: 'the record of its run is missing' });
      await consoles.release(record.init.pid);
      try {
        await runc.start(uuid, record.init.pid, { signal });
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        // A daemon that was cut off right after this step does it again: the container runs already then.
        if ((await runc.state(uuid))?.status !== 'running') throw startFailed(spec.name, error);
      }
      registry.note(uuid, {
        init: record.init,
        paused: false,
        startedAt: record.startedAt,
        parameters: null,
      });
    },
  };

  const signalInit: StepHandler<SignalInitArgs> = {
    async do({ uuid, signal, timeoutSeconds = Number.POSITIVE_INFINITY }, context) {
      const runtime = registry.get(uuid)?.runtime;
      if (!runtime?.init) return;
      // one that was frozen before it listened never will, and one that was just started does soon
      const patience = runtime.paused ? 0 : Math.min(listeningPatience, timeoutSeconds * 1000);
      const until = performance.now() + patience;
      while (performance.now() < until && !(await processes.heeds(runtime.init, signal))) {
        if (!(await processes.isAlive(runtime.init))) return;
        await sleep(listeningPause, undefined, { signal: context.signal });
      }
      await processes.signal(runtime.init, signal);
    },
  };

  /** Waits for init's end; kills what is left when the time is up. */
  const awaitExit: StepHandler<AwaitExitArgs> = {
    async do({ uuid, timeoutSeconds }, context) {
      const entry = registry.get(uuid);
      if (!entry?.runtime.init) return;
      const patience = AbortSignal.timeout(timeoutSeconds * 1000);
      try {
        await processes.exited(entry.runtime.init, { signal: AbortSignal.any([context.signal, patience]) });
      } catch (error) {
        if (context.signal.aborted || !patience.aborted) throw error;
        context.log(`init did not stop within ${timeoutSeconds} s: killing what is left`);
        await cgroups.kill(groups.outer(entry.spec.ctid), { signal: context.signal });
      }
    },
  };

  const killProcesses: StepHandler<UuidArgs> = {
    async do({ uuid }, { signal }) {
      const entry = registry.get(uuid);
      if (entry !== undefined) await cgroups.kill(groups.outer(entry.spec.ctid), { signal });
    },
  };

  /** Takes note of how the run ended and lets runc and conmon forget it. */
  const deleteContainer: StepHandler<DeleteContainerArgs> = {
    async do({ uuid, requested }, context) {
      const entry = registry.get(uuid);
      const record = await readRunRecord(files, run.ve(uuid).record);
      // What init left behind: nothing of a pid namespace outlives it, but processes put in from outside may.
      if (entry !== undefined) await cgroups.kill(groups.outer(entry.spec.ctid));
      // conmon ends after it has noted the exit; without a conmon there is no exit to wait for.
      await conmonEnded(uuid);
      const exit = await conmon.readExit(run.exits, uuid);
      if (entry !== undefined && record !== null) {
        const end = endOfRun({ startedAt: record.startedAt, exit, requested }, entry.runtime);
        registry.note(uuid, end);
        await rememberState(veFiles, uuid, { ...entry.runtime, ...end }, context);
      }
      await forgetContainer(uuid);
      registry.note(uuid, { init: null, paused: false, startedAt: null });
    },
  };

  const pauseContainer: StepHandler<UuidArgs> = {
    async do({ uuid }, { signal }) {
      if ((await runc.state(uuid))?.status !== 'paused') await runc.pause(uuid, { signal });
      registry.note(uuid, { paused: true });
    },
    undo: async (args, context) => await resumeContainer.do(args, context),
  };

  const resumeContainer: StepHandler<UuidArgs> = {
    async do({ uuid }) {
      if ((await runc.state(uuid))?.status === 'paused') await runc.resume(uuid);
      registry.note(uuid, { paused: false });
    },
  };

  async function conmonEnded(uuid: string): Promise<void> {
    const monitor = (await readRunRecord(files, run.ve(uuid).record))?.conmon;
    if (!monitor) return;
    await processes.exited(monitor, { signal: AbortSignal.timeout(conmonPatience) }).catch(() => undefined);
  }

  /** The record goes before the exit: whoever does it again knows by it whether the end was noted. */
  async function forgetContainer(uuid: string): Promise<void> {
    const paths = run.ve(uuid);
    await runc.delete(uuid, { force: true });
    await conmonEnded(uuid);
    await files.removeFile(paths.record);
    await conmon.removeExit(run.exits, uuid);
    for (const file of [paths.pidFile, paths.conmonPidFile]) await files.removeFile(file);
  }

  /** A start that failed before init wrote anything leaves empty logs: those do not push out the last ones that say something. */
  async function keepPreviousLogs(area: PrivateAreaPaths): Promise<void> {
    for (const [from, to] of [
      [area.consoleLog, area.previousConsoleLog],
      [area.bootLog, area.previousBootLog],
    ] as const) {
      if (((await files.stat(from))?.sizeBytes ?? 0) > 0) await files.rename(from, to);
    }
  }

  return {
    'begin-logs': beginLogs,
    'create-container': createContainer,
    'start-container': startContainer,
    'signal-init': signalInit,
    'await-exit': awaitExit,
    'kill-processes': killProcesses,
    'delete-container': deleteContainer,
    'pause-container': pauseContainer,
    'resume-container': resumeContainer,
  };
}

function startFailed(ve: string, error: CommandFailed) {
  return fault('start_failed', { ve, problem: runcMessage(error.stderr) ?? error.message }, { cause: error });
}

/** The last message of runc's log lines: `time="…" level=error msg="…"`. */
function runcMessage(stderr: string): string | undefined {
  const message = [...stderr.matchAll(/ msg="((?:[^"\\]|\\.)*)"/g)].at(-1)?.[1];
  return message?.replaceAll(/\\(.)/g, '$1');
}
