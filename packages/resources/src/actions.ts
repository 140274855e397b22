import { fault, type ParameterValues } from '@insula/contract';
import { type Host, hasErrorCode, type ProcessIdentity } from '@insula/host';
import type { StepContext, StepHandler } from '@insula/operations';
import {
  compileInnerLimits,
  type InnerLimits,
  innerChange,
  type ProcessLimits,
} from './compile-inner-limits.ts';
import { compileLimitChange, compileLimits, compileNewLimits } from './compile-limits.ts';
import { type LimitTargetPorts, limitTarget } from './limit-target.ts';
import { parameterRows } from './parameter-values.ts';
import { writableLimits, writeLimit } from './write-limits.ts';

export type ApplyLimitsArgs = {
  /** The VE's group, such as 'insula/ve/101'. */
  readonly cgroup: string;
  readonly ctid: number;
  readonly values: ParameterValues;
  /** What the group has now; null for one that was just made, which is undone with the group. */
  readonly previous: ParameterValues | null;
};

export type LimitInsideArgs = {
  readonly uuid: string;
  readonly cgroup: string;
  readonly idBase: number;
  readonly values: ParameterValues;
  /** What processes and namespaces have now; null for new ones, which the runtime configuration was made for. */
  readonly previous: ParameterValues | null;
};

export interface ResourcePorts extends LimitTargetPorts, Pick<Host, 'cgroups' | 'guestLimits'> {
  /** Init of a VE, also before it is started. @throws when it has none */
  initOf(uuid: string): Promise<ProcessIdentity>;
}

/** Rounds in which processes that were forked meanwhile are found; each halves what can be missed. */
const rounds = 4;

/** Step handlers for a VE's limits: those of its cgroup, and those that its namespaces and processes carry. */
export function resourceActions(ports: ResourcePorts) {
  const { cgroups, guestLimits } = ports;

  const applyLimits: StepHandler<ApplyLimitsArgs> = {
    async do(args) {
      const { cgroup, values, previous, ctid } = args;
      const hierarchies = await cgroups.describe();
      const { layout } = hierarchies;
      const target = await limitTarget(ports, ctid);
      const free = new Map(compileLimits({}, layout, target).map(({ file, value }) => [file, value]));
      const wanted =
        previous === null
          ? compileNewLimits(values, layout, target)
          : compileLimitChange(previous, values, layout, target);
      const writes = writableLimits(wanted, hierarchies, target);
      try {
        for (const write of writes) await writeLimit(cgroups, cgroup, write, free.get(write.file));
      } catch (error) {
        // this failure is the one to tell; if going back fails as well, `undo` will say so
        await goBack(args).catch(() => undefined);
        throw error;
      }
    },
    undo: async (args) => await goBack(args),
  };

  /** Writes what was before, as far as the group is still there. Every file is tried before the first failure is reported. */
  async function goBack({ cgroup, ctid, values, previous }: ApplyLimitsArgs): Promise<void> {
    if (previous === null) return;
    const hierarchies = await cgroups.describe();
    const target = await limitTarget(ports, ctid);
    const failures: unknown[] = [];
    const back = compileLimitChange(values, previous, hierarchies.layout, target);
    for (const write of back.filter(({ controller }) => hierarchies.controllers.includes(controller))) {
      try {
        await writeLimit(cgroups, cgroup, write, write.value);
      } catch (error) {
        if (!hasErrorCode(error, 'ENOENT')) failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  const limitInside: StepHandler<LimitInsideArgs> = {
    async do(args, context) {
      const { values, previous } = args;
      const from = compileInnerLimits(previous ?? {});
      const { terminals, oomScore, ...rest } = innerChange(from, compileInnerLimits(values)) ?? {};
      // new ones were made with everything else
      const isNew = previous === null;
      if (!isNew && rest.processLimits !== undefined && !(await guestLimits.mayRaise()))
        throw cannotRaise(rest.processLimits);
      await change(
        args,
        from,
        isNew ? { settings: rest.settings } : { terminals, oomScore, ...rest },
        context,
      );
    },
    async undo({ values, previous, ...args }, context) {
      if (previous === null) return;
      const from = compileInnerLimits(values);
      const back = innerChange(from, compileInnerLimits(previous));
      if (back === null || (await ports.initOf(args.uuid).catch(() => null)) === null) return;
      await change(args, from, back, context);
    },
  };

  async function change(
    { uuid, cgroup, idBase }: Pick<LimitInsideArgs, 'uuid' | 'cgroup' | 'idBase'>,
    from: InnerLimits,
    to: Partial<{ [Key in keyof InnerLimits]: InnerLimits[Key] | undefined }>,
    { signal }: Pick<StepContext, 'signal'>,
  ): Promise<void> {
    const { pid } = await ports.initOf(uuid);
    if (to.settings !== undefined) await guestLimits.writeSettings(pid, to.settings, { signal });
    if (to.terminals !== undefined) await guestLimits.limitTerminals(pid, to.terminals, idBase);
    const { processLimits, oomScore } = to;
    if (processLimits === undefined && oomScore === undefined) return;
    await eachProcess(cgroup, async (pids) => {
      if (processLimits !== undefined) await guestLimits.limitProcesses(pids, processLimits);
      if (oomScore !== undefined) await guestLimits.changeOomScores(pids, from.oomScore, oomScore);
    });
  }

  /** Children inherit from the moment they are forked: whoever is found later had a parent that was not changed yet. */
  async function eachProcess(cgroup: string, act: (pids: readonly number[]) => Promise<void>): Promise<void> {
    const done = new Set<number>();
    for (let round = 0; round < rounds; round += 1) {
      const pids = (await cgroups.processes(cgroup)).filter((pid) => !done.has(pid));
      if (pids.length === 0) return;
      await act(pids);
      for (const pid of pids) done.add(pid);
    }
  }

  return { 'apply-limits': applyLimits, 'limit-inside': limitInside };
}

/** What is lowered could never be raised again, not even to take a failed change back. */
function cannotRaise(limits: ProcessLimits) {
  const names = parameterRows.filter(
    ({ processLimit }) => processLimit !== undefined && processLimit in limits,
  );
  return fault('host_lacks', {
    feature: 'CAP_SYS_RESOURCE for insulad',
    consequence: `${names.map(({ name }) => name).join(', ')} cannot be changed while the VE runs`,
    remedy: 'stop the VE first, or give insulad all capabilities',
  });
}
