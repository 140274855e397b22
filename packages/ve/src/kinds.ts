import {
  fault,
  type OperationTarget,
  type ParameterName,
  type VeChange,
  type VeSpec,
} from '@insula/contract';
import { canonicalAddress, chooseAddresses, parsePools } from '@insula/network';
import type { OperationKind } from '@insula/operations';
import { mergeParameters } from '@insula/resources';
import { initProfiles } from '@insula/templates';
import { allowed } from './allowed.ts';
import { applicationKinds } from './applications/application-kinds.ts';
import { interfaceKinds } from './interface-kinds.ts';
import * as plans from './plans/plans.ts';
import type { GoldenWish, VePorts } from './ports.ts';
import type { VeEntry } from './registry.ts';
import { stateOf } from './runtime.ts';
import { changedSpec, checkSpec } from './spec.ts';
import { detailOf, statusOf } from './views.ts';

/** Input of `ve.create` as it is journaled: the spec was decided when the call was accepted. */
export interface CreateInput {
  readonly spec: VeSpec;
  readonly start: boolean;
  /** Promise more than the node has. */
  readonly force?: boolean;
  /** The image of template and applications that the VE stands on, where it is still to be built. */
  readonly golden?: GoldenWish;
}

/** Input of `ve.set`. */
export type SetInput = VeChange & {
  /** Promise more than the node has. */
  readonly force?: boolean;
  /** Until the VE stops; nothing is written to its spec. */
  readonly runtime?: boolean;
};

interface AddressInput {
  readonly addresses: readonly string[];
}

/** The kinds of operation on VEs: what each plans, with all locks held, and what it answers. */
export function veKinds(ports: VePorts): Readonly<Record<string, OperationKind>> {
  const { registry, run, groups, pool } = ports;
  const pools = parsePools(ports.config.network);
  const entryOf = (target: OperationTarget) => registry.entryOf(target);
  const refresh = async (uuid: string) =>
    registry.note(uuid, { mounted: await ports.mounts.isMounted(run.ve(uuid).root) });
  const ended: OperationKind['ended'] = async ({ target }) => await refresh(target.id);
  const status = (target: OperationTarget) => statusOf(entryOf(target), undefined);
  const detail = (target: OperationTarget) =>
    detailOf(entryOf(target), undefined, pool.privateArea(target.id).dir);

  /** Whether a run is under way after all: the one that ended was settled while this operation waited, and another one began. */
  const isAlive = async ({ runtime: { init } }: VeEntry) =>
    init !== null && (await ports.processes.isAlive(init));

  /** A VE whose ve.json was lost while it ran is not known any more, but runs on: whoever has its CTID now must not touch it. */
  const refuseStrangers = async ({ name, ctid }: VeSpec) => {
    const group = groups.outer(ctid);
    const [stranger] = await ports.cgroups.processes(group);
    if (stranger === undefined) return;
    throw fault('start_failed', {
      ve: name,
      problem: `process ${stranger} lives in its cgroup ${group} already`,
    });
  };

  /** A spec instead of the one that the VE has; what can change while it runs does at once. */
  const replacement = async ({ spec, runtime }: VeEntry, next: VeSpec, force = false) => {
    registry.refuseConflicts(next);
    if (runtime.init === null)
      return plans.planSet(next, spec, null, await ports.admit(next, { runs: false, force }));
    const from = runtime.parameters ?? spec.parameters;
    // what was changed for this run alone stays, where it is not what changes now
    const to =
      runtime.parameters === null ? next.parameters : mergeParameters(from, parametersChanged(spec, next));
    const remarks = await ports.admit({ ...next, parameters: to }, { runs: true, force });
    return plans.planSet(next, spec, { cgroup: groups.outer(spec.ctid), from, to }, remarks);
  };
  /** Parameters of this run only. */
  const runtimeReplacement = async ({ spec, runtime }: VeEntry, change: VeChange, force: boolean) => {
    const stray = Object.keys(change).find((field) => field !== 'parameters');
    if (stray !== undefined)
      throw fault('invalid_input', { field: stray, problem: 'only parameters can be set for one run alone' });
    if (runtime.init === null)
      throw fault('wrong_state', {
        ve: spec.name,
        state: stateOf(runtime),
        operation: 'set for one run',
        allowed: 'running or paused',
      });
    const from = runtime.parameters ?? spec.parameters;
    const to = mergeParameters(from, change.parameters ?? {});
    const remarks = await ports.admit({ ...spec, parameters: to }, { runs: true, force });
    const running = { cgroup: groups.outer(spec.ctid), from, to };
    return plans.planSetRuntime(spec, running, runtime.parameters, remarks);
  };
  /** Addresses of all VEs but one. */
  const takenByOthers = ({ addresses }: VeSpec) => {
    const taken = new Map(registry.addresses());
    for (const address of addresses) taken.delete(address);
    return taken;
  };

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
    ...applicationKinds(ports, detail),
    ...interfaceKinds({ config: ports.config, entryOf, replacement, result: detail }),
    've.create': {
      async plan(input) {
        const { spec, start, golden, force = false } = input as CreateInput;
        const remarks = await ports.admit(spec, { runs: start, force });
        if (golden === undefined) await ports.templateOf(spec.template);
        await refuseStrangers(spec);
        return plans.planCreate(spec, ports, { start, golden: golden ?? null, remarks });
      },
      result: detail,
      async ended(record) {
        if (record.state === 'succeeded') return await refresh(record.target.id);
        registry.remove(record.target.id);
      },
    },
    've.start': {
      async plan(input, target) {
        const { spec } = allowed('ve.start', entryOf(target));
        // without an input it is the node that starts it again: what it was promised once is not refused now
        const force = (input as { readonly force?: boolean } | null)?.force ?? true;
        const remarks = await ports.admit(spec, { runs: true, force });
        await ports.templateOf(spec.template);
        await refuseStrangers(spec);
        const mounted = await ports.mounts.isMounted(run.ve(spec.uuid).root);
        return plans.planStart(spec, ports, { mounted, remarks });
      },
      result: status,
      ended,
    },
    've.stop': {
      plan: async (input, target) => {
        const entry = entryOf(target);
        if (isToComeUp(entry)) return plans.planStayDown(entry.spec);
        allowed('ve.stop', entry);
        return plans.planStop(entry.spec, ports, await shutdownOf(entry, input));
      },
      result: status,
      ended,
    },
    've.restart': {
      plan: async (input, target) => {
        const entry = allowed('ve.restart', entryOf(target));
        return plans.planRestart(entry.spec, ports, await shutdownOf(entry, input));
      },
      result: status,
      ended,
    },
    've.kill': {
      plan: (_input, target) => {
        const entry = entryOf(target);
        if (isToComeUp(entry)) return plans.planStayDown(entry.spec);
        return plans.planKill(allowed('ve.kill', entry).spec, ports);
      },
      result: status,
      ended,
    },
    've.settle': {
      async plan(input, target) {
        const entry = entryOf(target);
        if (await isAlive(entry)) return plans.nothingToDo;
        return plans.planSettle(entry.spec, ports, (input as { readonly crashed: boolean }).crashed);
      },
      result: status,
      ended,
    },
    've.reboot': {
      async plan(_input, target) {
        const entry = entryOf(target);
        return (await isAlive(entry)) ? plans.nothingToDo : plans.planReboot(entry.spec, ports);
      },
      result: status,
      ended,
    },
    've.reconnect': {
      async plan(_input, target) {
        const entry = entryOf(target);
        return (await isAlive(entry)) ? plans.planReconnect(entry.spec) : plans.nothingToDo;
      },
      result: status,
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
      ended,
    },
    've.unmount': {
      plan: (_input, target) => plans.planUnmount(allowed('ve.unmount', entryOf(target)).spec, ports),
      result: status,
      ended,
    },
    've.set': {
      async plan(input, target) {
        const entry = entryOf(target);
        const { force = false, runtime = false, ...change } = input as SetInput;
        if (runtime) return await runtimeReplacement(entry, change, force);
        const { addresses } = change;
        const next = changedSpec(entry.spec, change);
        if (addresses === undefined) return await replacement(entry, next, force);
        const chosen = chooseAddresses(pools, addresses, takenByOthers(entry.spec));
        return await replacement(entry, { ...next, addresses: [...chosen] }, force);
      },
      result: detail,
    },
    've.address.add': {
      plan(input, target) {
        const entry = entryOf(target);
        const { addresses } = input as AddressInput;
        const more = chooseAddresses(pools, addresses, registry.addresses());
        return replacement(
          entry,
          checkSpec({ ...entry.spec, addresses: [...entry.spec.addresses, ...more] }),
        );
      },
      result: detail,
    },
    've.address.remove': {
      plan(input, target) {
        const entry = entryOf(target);
        const less = (input as AddressInput).addresses.map((address) => canonicalAddress(address) ?? address);
        const strange = less.find((address) => !entry.spec.addresses.includes(address));
        if (strange !== undefined) {
          const problem = `${strange} is no address of VE ${entry.spec.name}`;
          throw fault('invalid_input', { field: 'addresses', problem });
        }
        const addresses = entry.spec.addresses.filter((address) => !less.includes(address));
        return replacement(entry, { ...entry.spec, addresses });
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
      async plan(input, target) {
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
        // The folder is the last thing of a run that goes.
        const unsettled = runtime.mounted || (await ports.files.exists(run.ve(spec.uuid).dir));
        return plans.planDestroy(spec, ports, { running: runtime.init !== null, unsettled });
      },
      result: () => null,
      async ended({ target: { id } }) {
        // Also when its files could not all be removed: it is gone from the moment its private area is.
        if (await ports.files.exists(pool.privateArea(id).dir)) await refresh(id);
        else registry.remove(id);
      },
    },
  };
}

/** What differs between the parameters of two specs; null for what has its default now. */
function parametersChanged(from: VeSpec, to: VeSpec): Readonly<Record<string, unknown>> {
  const names = new Set([
    ...Object.keys(from.parameters),
    ...Object.keys(to.parameters),
  ]) as Set<ParameterName>;
  const changed = [...names].filter(
    (name) => JSON.stringify(from.parameters[name]) !== JSON.stringify(to.parameters[name]),
  );
  return Object.fromEntries(changed.map((name) => [name, to.parameters[name] ?? null]));
}

/** Whether a VE that is down would be started by itself, after a crash or with the node. */
function isToComeUp({ runtime }: VeEntry): boolean {
  return runtime.init === null && runtime.wanted === 'running';
}
