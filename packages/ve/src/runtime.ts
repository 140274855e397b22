import type { LastExit, ParameterValues, VeSpec, VeState } from '@insula/contract';
import type { ConmonExit, ProcessIdentity } from '@insula/host';

/** What a VE is right now, as the kernel and the state file have it. */
export interface VeRuntime {
  readonly init: ProcessIdentity | null;
  readonly paused: boolean;
  readonly mounted: boolean;
  /** Its processes are saved in its private area. */
  readonly suspended: boolean;
  readonly startedAt: string | null;
  /** Parameters of this run, where they were changed for it alone; null: those of its spec. */
  readonly parameters: ParameterValues | null;
  /** What its administrator last asked for; a node that comes up again goes by it. */
  readonly wanted: 'running' | 'stopped';
  readonly lastExit: LastExit | null;
  /** Crashes in a row. */
  readonly crashes: number;
}

export const neverStarted: VeRuntime = {
  init: null,
  paused: false,
  mounted: false,
  suspended: false,
  startedAt: null,
  parameters: null,
  wanted: 'stopped',
  lastExit: null,
  crashes: 0,
};

export function stateOf(runtime: VeRuntime): VeState {
  if (runtime.init !== null) return runtime.paused ? 'paused' : 'running';
  if (runtime.suspended) return 'suspended';
  return runtime.mounted ? 'mounted' : 'stopped';
}

/**
 * How a run ended, from the status that conmon noted. The kernel ends the init of a pid namespace by SIGHUP (128+1) when it asked
 * for a restart and by SIGINT (128+2) when it asked for a halt or poweroff: reboot_pid_ns() in kernel/pid_namespace.c.
 */
export function classifyExit(status: number | null, requested: boolean): LastExit['kind'] {
  if (status === null) return requested ? 'killed' : 'unknown';
  if (status === 129) return 'reboot';
  if (status === 130 || status === 0) return 'poweroff';
  return requested ? 'killed' : 'crash';
}

/** A run of this many milliseconds ends a row of crashes. */
const stableRun = 600_000;

export interface Run {
  readonly startedAt: string;
  /** What conmon noted; null when it was killed, too. */
  readonly exit: ConmonExit | null;
  readonly requested: boolean;
}

/** How a run ended, and how many crashes in a row that makes. One that was noted before a daemon was cut off is not counted again. */
export function endOfRun(
  { startedAt, exit, requested }: Run,
  before: Pick<VeRuntime, 'lastExit' | 'crashes'>,
): Pick<VeRuntime, 'lastExit' | 'crashes'> {
  const kind = classifyExit(exit?.status ?? null, requested);
  const at = exit === null ? new Date() : new Date(exit.exitedAtMs);
  const lastExit = { kind, code: exit?.status ?? null, at: at.toISOString() };
  if (before.lastExit?.at === lastExit.at) return { lastExit, crashes: before.crashes };
  if (kind !== 'crash' && kind !== 'unknown') return { lastExit, crashes: 0 };
  const lasted = at.getTime() - Date.parse(startedAt);
  return { lastExit, crashes: lasted > stableRun ? 1 : before.crashes + 1 };
}

/** Milliseconds to wait before the n-th restart after n crashes in a row: 1 s, doubling, 5 min at most. */
export function restartDelay(crashes: number): number {
  return Math.min(300_000, 1000 * 2 ** Math.max(0, Math.min(crashes - 1, 20)));
}

/** The spec of a VE with the parameters that it runs with. */
export function asItRuns({ spec, runtime }: { readonly spec: VeSpec; readonly runtime: VeRuntime }): VeSpec {
  return runtime.parameters === null ? spec : { ...spec, parameters: runtime.parameters };
}
