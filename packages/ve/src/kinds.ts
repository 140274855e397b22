import {
  fault,
  type OperationId,
  type OperationTarget,
  operationTable,
  type VeChange,
  type VeSpec,
} from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { initProfiles } from '@insula/templates';
import * as plans from './plans/plans.ts';
import type { VePorts } from './ports.ts';
import type { VeEntry } from './registry.ts';
import { stateOf } from './runtime.ts';
import { changedSpec } from './spec.ts';
import { detailOf, statusOf } from './views.ts';

/** Input of `ve.create` as it is journaled: the spec was decided when the call was accepted. */
export interface CreateInput {
  readonly spec: VeSpec;
  readonly start: boolean;
}

/** The kinds of operation on VEs: what each plans, with all locks held, and what it answers. */
export function veKinds(ports: VePorts): Readonly<Record<string, OperationKind>> {
  const { registry, run, groups, pool } = ports;
  const entryOf = (target: OperationTarget): VeEntry => registry.find(target.id);
  const refresh: OperationKind['ended'] = async (record) => {
    const mounted = await ports.mounts.isMounted(run.ve(record.target.id).root);
    registry.note(record.target.id, { mounted });
  };
  const status = (target: OperationTarget) => statusOf(entryOf(target), undefined);
  const detail = (target: OperationTarget) =>
    detailOf(entryOf(target), undefined, pool.privateArea(target.id).dir);

  const shutdownOf = async ({ spec, runtime }: VeEntry, input: unknown) => {
    const { timeout } = (input ?? {}) as { readonly timeout?: number };
    const template = await ports.templateOf(spec.template);
    return {
      stopSignal: initProfiles[template.init].stopSignal,
      timeoutSeconds: timeout ?? spec.stopTimeout,
      paused: runtime.paused,
    };
  };

  return {
    've.create': {
      async plan(input) {
        const { spec, start } = input as CreateInput;
        await ports.templateOf(spec.template);
        return plans.planCreate(spec, ports, { start });
      },
      result: detail,
      async ended(record) {
        if (record.state === 'succeeded') return await refresh(record);
        registry.remove(record.target.id);
      },
    },
    've.start': {
      async plan(_input, target) {
        const { spec } = allowed('ve.start', entryOf(target));
        await ports.templateOf(spec.template);
        return plans.planStart(spec, ports);
      },
      result: status,
      ended: refresh,
    },
    've.stop': {
      plan: async (input, target) => {
        const entry = allowed('ve.stop', entryOf(target));
        return plans.planStop(entry.spec, ports, await shutdownOf(entry, input));
      },
      result: status,
      ended: refresh,
    },
    've.restart': {
      plan: async (input, target) => {
        const entry = allowed('ve.restart', entryOf(target));
        return plans.planRestart(entry.spec, ports, await shutdownOf(entry, input));
      },
      result: status,
      ended: refresh,
    },
    've.kill': {
      plan: (_input, target) => plans.planKill(allowed('ve.kill', entryOf(target)).spec, ports),
      result: status,
      ended: refresh,
    },
    've.settle': {
      plan: (input, target) =>
        plans.planSettle(entryOf(target).spec, ports, (input as { readonly crashed: boolean }).crashed),
      result: status,
      ended: refresh,
    },
    've.reboot': {
      plan: (_input, target) => plans.planReboot(entryOf(target).spec, ports),
      result: status,
      ended: refresh,
    },
    've.pause': {
      plan: (_input, target) => plans.planPause(allowed('ve.pause', entryOf(target)).spec),
      result: status,
    },
    've.resume': {
      plan: (_input, target) => plans.planResume(allowed('ve.resume', entryOf(target)).spec),
      result: status,
    },
    've.mount': {
      plan: (_input, target) => plans.planMount(allowed('ve.mount', entryOf(target)).spec, ports),
      result: status,
      ended: refresh,
    },
    've.unmount': {
      plan: (_input, target) => plans.planUnmount(allowed('ve.unmount', entryOf(target)).spec, ports),
      result: status,
      ended: refresh,
    },
    've.set': {
      plan(input, target) {
        const { spec, runtime } = entryOf(target);
        const next = changedSpec(spec, input as VeChange);
        return plans.planSet(next, spec, runtime.init === null ? null : { cgroup: groups.outer(spec.ctid) });
      },
      result: detail,
    },
    've.rename': {
      plan(input, target) {
        const { spec } = entryOf(target);
        const { name } = input as { readonly name: string };
        registry.refuseConflicts({ ...spec, name });
        return plans.planSet({ ...spec, name }, spec, null);
      },
      result: detail,
    },
    've.destroy': {
      plan(input, target) {
        const { spec, runtime } = entryOf(target);
        if (spec.protected) throw fault('protected', { ve: spec.name, operation: 'destroy' });
        const force = (input as { readonly force?: boolean } | null)?.force === true;
        if (runtime.init !== null && !force) {
          throw fault('wrong_state', {
            ve: spec.name,
            state: stateOf(runtime),
            operation: 'destroy',
            allowed: 'stopped',
          });
        }
        return plans.planDestroy(spec, ports, runtime);
      },
      result: () => null,
      ended(record) {
        if (record.state === 'succeeded') registry.remove(record.target.id);
      },
    },
  };
}

/** The entry, if its state is one that the call takes. @throws CodedError wrong_state */
export function allowed(operation: OperationId, entry: VeEntry): VeEntry {
  const row = operationTable[operation];
  const state = stateOf(entry.runtime);
  if (!('states' in row) || (row.states as readonly string[]).includes(state)) return entry;
  throw fault('wrong_state', {
    ve: entry.spec.name,
    state,
    operation: operation.replace(/^ve\./, ''),
    allowed: (row.states as readonly string[]).join(' or '),
  });
}
