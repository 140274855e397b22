import type { VeDetail, VeStatus, VeSummary, VeTransition } from '@insula/contract';
import type { VeEntry } from './registry.ts';
import { stateOf } from './runtime.ts';

/** The operation that holds a VE, as far as its views show it. */
export interface Holder {
  readonly id: string;
  readonly kind: string;
}

const transitions: Readonly<Record<string, VeTransition>> = {
  've.create': 'creating',
  've.start': 'starting',
  've.stop': 'stopping',
  've.kill': 'stopping',
  've.restart': 'restarting',
  've.reboot': 'restarting',
  've.settle': 'settling',
  've.pause': 'pausing',
  've.suspend': 'suspending',
  've.migrate': 'migrating',
  've.reinstall': 'reinstalling',
  've.move': 'moving',
  've.renew': 'renewing',
  've.receive': 'migrating',
  've.resume': 'resuming',
  've.mount': 'mounting',
  've.unmount': 'unmounting',
  've.optimize': 'optimizing',
  'vzfs.optimize': 'optimizing',
  've.set': 'changing',
  've.rename': 'changing',
  've.destroy': 'destroying',
};

function transitionOf(holder: Holder | undefined): VeTransition {
  return holder === undefined ? null : (transitions[holder.kind] ?? 'changing');
}

export function summaryOf({ spec, runtime }: VeEntry, holder: Holder | undefined): VeSummary {
  return {
    uuid: spec.uuid,
    ctid: spec.ctid,
    name: spec.name,
    state: stateOf(runtime),
    transition: transitionOf(holder),
    template: `${spec.template.name}@${spec.template.version}`,
    hostname: spec.hostname,
    addresses: spec.addresses,
    onboot: spec.onboot,
    bootorder: spec.bootorder,
    description: spec.description,
    init: runtime.init?.pid ?? null,
    startedAt: runtime.startedAt,
  };
}

export function statusOf({ spec, runtime }: VeEntry, holder: Holder | undefined): VeStatus {
  return {
    uuid: spec.uuid,
    ctid: spec.ctid,
    name: spec.name,
    state: stateOf(runtime),
    transition: transitionOf(holder),
    operation: holder?.id ?? null,
    init: runtime.init?.pid ?? null,
    startedAt: runtime.startedAt,
    lastExit: runtime.lastExit,
  };
}

export function detailOf(
  { spec, runtime }: VeEntry,
  holder: Holder | undefined,
  privateArea: string,
): VeDetail {
  return {
    ...spec,
    state: stateOf(runtime),
    transition: transitionOf(holder),
    operation: holder?.id ?? null,
    init: runtime.init?.pid ?? null,
    startedAt: runtime.startedAt,
    lastExit: runtime.lastExit,
    crashes: runtime.crashes,
    privateArea,
  };
}
