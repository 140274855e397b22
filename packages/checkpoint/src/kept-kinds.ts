import { fault, type OperationTarget, type Snapshot } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { allowed, type SnapshotInput, stateOf, statusOf, withRemarks, withTimeLimit } from '@insula/ve';
import { currentSnapshot, findSnapshot, snapshotPaths } from '@insula/vzfs';
import { readDescription, whatNoLongerFits } from './description.ts';
import { checkpointPaths } from './layout.ts';
import { planKeepCheckpoint, planRestoreCheckpoint } from './plans/kept-plans.ts';
import type { CheckpointPorts } from './ports.ts';
import { lastingBlockers, refuseBlocked } from './preflight/check.ts';

/** Input of `checkpoint.create` as it is journaled. */
export interface KeepInput extends SnapshotInput {
  readonly keepRunning: boolean;
}

/** @throws CodedError checkpoint_not_found, also for a snapshot without processes */
export async function findCheckpoint(
  ports: Pick<CheckpointPorts, 'files' | 'pool'>,
  ve: { readonly uuid: string; readonly name: string },
  name: string,
): Promise<Snapshot> {
  const found = await findSnapshot(ports, ve, name).catch(() => null);
  if (found?.processes !== true) throw fault('checkpoint_not_found', { ve: ve.name, checkpoint: name });
  return found;
}

/** The kinds of operation on checkpoints that are kept: snapshots with the processes of the same moment. */
export function keptKinds(
  ports: CheckpointPorts,
  under: Readonly<Record<string, OperationKind>>,
): Readonly<Record<string, OperationKind>> {
  const { registry } = ports;
  const entryOf = (target: OperationTarget) => registry.entryOf(target);
  const ended: Pick<OperationKind, 'ended'> = {
    ended: async (record) => await under['ve.stop']?.ended?.(record),
  };

  return {
    'checkpoint.create': {
      async plan(input, target) {
        const entry = allowed('checkpoint.create', entryOf(target));
        const { spec } = entry;
        const { name, description, createdAt, keepRunning } = input as KeepInput;
        const present = await findSnapshot(ports, spec, name).catch(() => null);
        if (present !== null) throw fault('snapshot_exists', { ve: spec.name, snapshot: name });
        refuseBlocked(spec.name, await lastingBlockers(ports, entry));
        const { template, layout, layers } = spec;
        const parent = await currentSnapshot(ports, spec.uuid);
        const common = { name, description, createdAt, template, layout, layers, parent };
        const plan = planKeepCheckpoint(spec, ports, {
          snapshot: { ...common, state: 'running', processes: true },
          keepRunning,
        });
        return withTimeLimit(plan, spec, 'backuptime');
      },
      result: async (target, input) =>
        await findSnapshot(ports, entryOf(target).spec, (input as KeepInput).name),
      ...ended,
    },
    'checkpoint.restore': {
      async plan(input, target) {
        const { spec, runtime } = allowed('checkpoint.restore', entryOf(target));
        const { name, force } = input as { readonly name: string; readonly force: boolean };
        const snapshot = await findCheckpoint(ports, spec, name);
        await ports.templateOf(snapshot.template);
        const { description } = checkpointPaths(snapshotPaths(ports.pool, spec.uuid, name).checkpoint);
        const problem = whatNoLongerFits(await readDescription(ports.files, description, spec.uuid), spec);
        if (problem !== null)
          throw fault('checkpoint_outdated', { ve: spec.name, checkpoint: name, problem });
        const state = stateOf(runtime);
        const remarks = await ports.admit(spec, { runs: true, force });
        const plan = planRestoreCheckpoint(spec, ports, {
          snapshot,
          current: await currentSnapshot(ports, spec.uuid),
          state: state === 'suspended' || state === 'stopped' ? state : 'running',
        });
        return withRemarks(plan, remarks);
      },
      result: (target) => statusOf(entryOf(target), undefined),
      ...ended,
    },
  };
}
