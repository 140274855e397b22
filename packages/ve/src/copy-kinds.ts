import { fault, type OperationTarget, type Snapshot, type VeMove, type VeSpec } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { currentSnapshot, findSnapshot } from '@insula/vzfs';
import { allowed } from './allowed.ts';
import * as plans from './plans/copy-plans.ts';
import { withTimeLimit } from './plans/time-limit.ts';
import type { VePorts } from './ports.ts';
import type { VeEntry } from './registry.ts';
import { stateOf } from './runtime.ts';
import { changedSpec, reinstalledSpec } from './spec.ts';
import { detailOf, statusOf } from './views.ts';

/** Input of `snapshot.create` as it is journaled: its name and time were decided when the call was accepted. */
export type SnapshotInput = Pick<Snapshot, 'name' | 'description' | 'createdAt'>;

/** Input of `ve.clone` as it is journaled. */
export interface CloneInput {
  readonly spec: VeSpec;
  readonly from: string;
  readonly snapshot: string | null;
  readonly start: boolean;
}

/** Input of `ve.reinstall` as it is journaled: the version was decided when the call was accepted. */
export interface ReinstallInput {
  readonly template: VeSpec['template'];
  readonly dropOld: boolean;
  readonly credentials: boolean;
}

/** What a VE is in another layout. @throws CodedError invalid_input, and what the node refuses the new limits with */
export async function movedSpec(
  { admit }: Pick<VePorts, 'admit'>,
  { spec, runtime }: VeEntry,
  input: unknown,
): Promise<VeSpec> {
  const { layout, parameters = {} } = input as VeMove;
  if (layout === spec.layout) {
    const problem = `VE ${spec.name} is in layout ${layout} already`;
    throw fault('invalid_input', { field: 'layout', problem });
  }
  const next = { ...changedSpec(spec, { parameters }), layout };
  await admit(next, { runs: runtime.init !== null, force: false });
  return next;
}

/** The kinds of operation that copy or replace the files of VEs. */
export function copyKinds(ports: VePorts): Readonly<Record<string, OperationKind>> {
  const { registry, pool } = ports;
  const entryOf = (target: OperationTarget) => registry.entryOf(target);
  const copied = ({ spec, runtime }: VeEntry): plans.Copied => ({
    uuid: spec.uuid,
    layout: spec.layout,
    running: runtime.init !== null && !runtime.paused,
  });

  return {
    'snapshot.create': {
      async plan(input, target) {
        const entry = allowed('snapshot.create', entryOf(target));
        const { spec, runtime } = entry;
        const { name, description, createdAt } = input as SnapshotInput;
        const present = await findSnapshot(ports, spec, name).catch(() => null);
        if (present !== null) throw fault('snapshot_exists', { ve: spec.name, snapshot: name });
        const state = stateOf(runtime) as Snapshot['state'];
        const { template, layout, layers } = spec;
        const plan = plans.planTakeSnapshot(copied(entry), {
          name,
          description,
          createdAt,
          state,
          template,
          layout,
          layers,
          parent: await currentSnapshot(ports, spec.uuid),
        });
        return withTimeLimit(plan, spec, 'backuptime');
      },
      result: async (target, input) =>
        await findSnapshot(ports, entryOf(target).spec, (input as SnapshotInput).name),
    },
    'snapshot.restore': {
      async plan(input, target) {
        const { spec } = allowed('snapshot.restore', entryOf(target));
        const snapshot = await findSnapshot(ports, spec, (input as { readonly name: string }).name);
        return plans.planRestoreSnapshot(spec, snapshot, await currentSnapshot(ports, spec.uuid));
      },
      result: (target) => statusOf(entryOf(target), undefined),
    },
    'snapshot.delete': {
      async plan(input, target) {
        const { spec } = entryOf(target);
        const { name } = input as { readonly name: string };
        await findSnapshot(ports, spec, name);
        return plans.planDeleteSnapshot(spec, name);
      },
      result: () => null,
    },
    've.reinstall': {
      async plan(input, target) {
        const { template, dropOld, credentials } = input as ReinstallInput;
        const { spec } = allowed('ve.reinstall', entryOf(target));
        if (spec.protected) throw fault('protected', { ve: spec.name, operation: 'reinstall' });
        for (const reference of [spec.template, template]) await ports.templateOf(reference);
        const next = reinstalledSpec(spec, template);
        return plans.planReinstall(next, spec, { credentials, keep: !dropOld });
      },
      result: (target) => detailOf(entryOf(target), undefined, pool.privateArea(target.id).dir),
    },
    've.move': {
      async plan(input, target) {
        const entry = allowed('ve.move', entryOf(target));
        return plans.planMove(await movedSpec(ports, entry, input), entry.spec);
      },
      result: (target) => detailOf(entryOf(target), undefined, pool.privateArea(target.id).dir),
    },
    've.clone': {
      async plan(input) {
        const { spec, from, snapshot, start } = input as CloneInput;
        await ports.templateOf(spec.template);
        await ports.admit(spec, { runs: start, force: false });
        const origin = registry.find(from);
        const ve = allowed('ve.clone', origin);
        if (snapshot !== null) await findSnapshot(ports, ve.spec, snapshot);
        return plans.planClone(spec, { ...copied(ve), snapshot }, ports, { start });
      },
      result: (target) => detailOf(entryOf(target), undefined, pool.privateArea(target.id).dir),
      async ended(record) {
        const { id } = record.target;
        if (record.state !== 'succeeded') return registry.remove(id);
        registry.note(id, { mounted: await ports.mounts.isMounted(ports.run.ve(id).root) });
      },
    },
  };
}
