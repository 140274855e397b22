import { type CheckpointCheck, fault, type OperationTarget } from '@insula/contract';
import type { GuestFacts, LinkInfo } from '@insula/host';
import { guestLink } from '@insula/network';
import type { OperationKind } from '@insula/operations';
import { allowed, planResume, type VeEntry } from '@insula/ve';
import { compileHold } from './network/hold.ts';
import * as plans from './plans/plans.ts';
import type { CheckpointPorts } from './ports.ts';
import { judgeCheckpoint } from './preflight/judge.ts';

/** What keeps a running VE from being dumped; reads /proc and starts one `ip`. */
export async function checkCheckpoint(
  ports: CheckpointPorts,
  { spec, runtime }: VeEntry,
): Promise<CheckpointCheck> {
  const { init } = runtime;
  if (init === null)
    throw fault('wrong_state', {
      ve: spec.name,
      state: 'stopped',
      operation: 'checkpoint',
      allowed: 'running',
    });
  const pids = await ports.cgroups.processes(ports.groups.payload(spec.ctid));
  const [facts, links] = await Promise.all<[Promise<GuestFacts>, Promise<readonly LinkInfo[]>]>([
    ports.guestInspector.inspect(init.pid, pids),
    ports.links.listInside(init.pid),
  ]);
  const blockers = judgeCheckpoint({ facts, links, ownLinks: ['lo', guestLink] });
  return { possible: blockers.length === 0, processes: facts.processes.length, blockers: [...blockers] };
}

/** Milliseconds that blockers which pass by themselves get, and from one look to the next. */
const passing = { patience: 5_000, interval: 100 } as const;

/** What keeps a VE from being dumped, once what passes by itself had its time. */
export async function lastingBlockers(
  ports: CheckpointPorts,
  entry: VeEntry,
): Promise<CheckpointCheck['blockers']> {
  for (let waited = 0; ; waited += passing.interval) {
    const { blockers } = await checkCheckpoint(ports, entry);
    const isWorthWaiting = blockers.length > 0 && blockers.every((blocker) => blocker.passing);
    if (!isWorthWaiting || waited >= passing.patience) return blockers;
    await ports.sleep(passing.interval);
  }
}

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
  const entryOf = ({ id, name }: OperationTarget): VeEntry => {
    const entry = registry.get(id);
    if (entry === undefined) throw fault('ve_not_found', { ve: name });
    return entry;
  };
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
        const blockers = await lastingBlockers(ports, entry);
        const [first] = blockers;
        if (first !== undefined) {
          const { problem, remedy } = first;
          throw fault('checkpoint_blocked', {
            ve: entry.spec.name,
            problem,
            remedy,
            more: blockers.length - 1,
          });
        }
        const { resumeOnBoot = false } = (input ?? {}) as { readonly resumeOnBoot?: boolean };
        return plans.planSuspend(entry.spec, ports, { resumeOnBoot });
      },
      ...answers,
    },
    've.resume': {
      async plan(_input, target) {
        const entry = allowed('ve.resume', entryOf(target));
        if (!isSuspended(target)) return planResume(entry.spec);
        await ports.templateOf(entry.spec.template);
        return plans.planResumeSuspended(entry.spec, ports);
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
