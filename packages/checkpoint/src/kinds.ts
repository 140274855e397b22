import { fault, type OperationTarget } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { allowed, asItRuns, planResume, withRemarks } from '@insula/ve';
import { compileHold } from './network/hold.ts';
import * as plans from './plans/plans.ts';
import type { CheckpointPorts } from './ports.ts';
import { lastingBlockers, refuseBlocked } from './preflight/check.ts';

/** Holds the traffic of every suspended VE again: what the kernel knew of it is gone after a reboot. */
export async function holdSuspended(ports: CheckpointPorts): Promise<void> {
  for (const { spec, runtime } of ports.registry.list())
    if (runtime.suspended && runtime.init === null)
      await ports.nftables.apply(compileHold(ports.config, spec));
}

/** Kinds of operation on saved processes. Those in `under` that mean more for a suspended VE are widened. */
export function checkpointKinds(
  ports: CheckpointPorts,
  under: Readonly<Record<string, OperationKind>>,
): Readonly<Record<string, OperationKind>> {
  const { registry } = ports;
  const entryOf = (target: OperationTarget) => registry.entryOf(target);
  const below = (kind: string): OperationKind => {
    const found = under[kind];
    if (found === undefined) throw fault('internal', { problem: `no kind ${kind} to widen` });
    return found;
  };
  const isSuspended = (target: OperationTarget) => {
    const { runtime } = entryOf(target);
    return runtime.suspended && runtime.init === null;
  };
  const kill = below('ve.kill');
  const destroy = below('ve.destroy');
  const stop = below('ve.stop');
  const answers: Pick<OperationKind, 'result' | 'ended'> = {
    result: (target, input) => stop.result?.(target, input),
    ended: async (record) => await stop.ended?.(record),
  };

  return {
    've.suspend': {
      async plan(input, target) {
        const entry = allowed('ve.suspend', entryOf(target));
        refuseBlocked(entry.spec.name, await lastingBlockers(ports, entry));
        const { resumeOnBoot = false } = (input ?? {}) as { readonly resumeOnBoot?: boolean };
        return plans.planSuspend(entry.spec, ports, { resumeOnBoot });
      },
      ...answers,
    },
    've.resume': {
      async plan(input, target) {
        const entry = allowed('ve.resume', entryOf(target));
        if (!isSuspended(target)) return planResume(entry.spec);
        // without an input it is the node that goes on with it: what it was promised once is not refused now
        const force = (input as { readonly force?: boolean } | null)?.force ?? true;
        const remarks = await ports.admit(asItRuns(entry), { runs: true, force });
        await ports.templateOf(entry.spec.template);
        return withRemarks(plans.planResumeSuspended(entry.spec, ports), remarks);
      },
      ...answers,
    },
    've.kill': {
      ...kill,
      plan: (input, target) =>
        isSuspended(target) ? plans.planDiscard(entryOf(target).spec) : kill.plan(input, target),
    },
    've.destroy': {
      ...destroy,
      async plan(input, target) {
        const plan = await destroy.plan(input, target);
        if (!isSuspended(target)) return plan;
        const { ctid, addresses } = entryOf(target).spec;
        const release = {
          action: 'release-traffic',
          title: 'hold its traffic no longer',
          args: { ctid, addresses },
        };
        return { ...plan, steps: [...plan.steps, release] };
      },
    },
  };
}
