import {
  fault,
  type InterfaceAdd,
  type InterfaceChange,
  mostInterfaces,
  type NetworkInterface,
  type NodeConfig,
  type OperationTarget,
  type VeSpec,
} from '@insula/contract';
import { newInterface, refuseUnattachable, withChangedInterface } from '@insula/network';
import type { OperationKind } from '@insula/operations';
import type { VePlan } from './plans/plans.ts';
import type { VeEntry } from './registry.ts';
import { checkSpec } from './spec.ts';

/** Input of `ve.netif.add` as it is journaled: the hardware address was decided when the call was accepted. */
export type InterfaceAddInput = InterfaceAdd & Pick<NetworkInterface, 'mac'>;

/** Input of `ve.netif.set` as it is journaled. */
export interface InterfaceSetInput {
  readonly interface: string;
  readonly change: InterfaceChange;
}

/** Input of `ve.netif.remove` as it is journaled. */
export type InterfaceRemoveInput = Pick<InterfaceSetInput, 'interface'>;

interface Parts {
  readonly config: NodeConfig;
  readonly entryOf: (target: OperationTarget) => VeEntry;
  /** A spec instead of the one that the VE has. */
  readonly replacement: (entry: VeEntry, next: VeSpec) => Promise<VePlan>;
  readonly result: NonNullable<OperationKind['result']>;
}

/** The kinds of operation on interfaces of VEs. */
export function interfaceKinds({
  config,
  entryOf,
  replacement,
  result,
}: Parts): Readonly<Record<string, OperationKind>> {
  const changed = (entry: VeEntry, interfaces: readonly NetworkInterface[]) => {
    refuseUnattachable(config, interfaces);
    return replacement(entry, checkSpec({ ...entry.spec, interfaces }));
  };
  return {
    've.netif.add': {
      plan(input, target) {
        const entry = entryOf(target);
        const { name: ve, interfaces } = entry.spec;
        const wanted = input as InterfaceAddInput;
        if (interfaces.some(({ name }) => name === wanted.name))
          throw fault('interface_exists', { ve, interface: wanted.name });
        if (interfaces.length >= mostInterfaces) {
          const problem = `VE ${ve} has ${mostInterfaces} already`;
          throw fault('invalid_input', { field: 'interfaces', problem });
        }
        return changed(entry, [...interfaces, newInterface(wanted, interfaces)]);
      },
      result,
    },
    've.netif.set': {
      plan(input, target) {
        const entry = entryOf(target);
        const { interface: name, change } = input as InterfaceSetInput;
        return changed(entry, withChangedInterface(entry.spec, name, change));
      },
      result,
    },
    've.netif.remove': {
      plan(input, target) {
        const entry = entryOf(target);
        const { interface: name } = input as InterfaceRemoveInput;
        const rest = entry.spec.interfaces.filter((one) => one.name !== name);
        if (rest.length === entry.spec.interfaces.length)
          throw fault('interface_not_found', { ve: entry.spec.name, interface: name });
        return replacement(entry, { ...entry.spec, interfaces: rest });
      },
      result,
    },
  };
}
