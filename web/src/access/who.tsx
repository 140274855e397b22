import {
  type OperationDefinition,
  type OperationId,
  operationTable,
  type Privilege,
  privilegeTable,
  type VeState,
  type WhoAmI,
} from '@insula/contract';
import { createContext, useContext } from 'react';
import { text } from '../text/index.ts';
import { type AccessTarget, holdsOn, lackOf, ownedBy } from './may.ts';

const WhoContext = createContext<WhoAmI | null>(null);
export const WhoProvider = WhoContext.Provider;

export function useWho(): WhoAmI {
  const who = useContext(WhoContext);
  if (who === null) throw new Error('nobody is logged in');
  return who;
}

/** The VEs of an owner; null for everybody who is more than that. */
export function useOwned(): readonly string[] | null {
  return ownedBy(useWho());
}

interface Target extends AccessTarget {
  /** What a policy takes away: privileges, and ids of single calls. */
  readonly withheld?: readonly string[];
  readonly state?: VeState;
  readonly transition?: string | null;
}

/** Tells why a call cannot be made now, in words; null when it can. */
export type Refusal = (id: OperationId, target?: Target) => string | null;

export function useRefusal(): Refusal {
  const who = useWho();
  return (id, target) => {
    const lack = lackOf(who, id, target);
    if (lack !== null) {
      const { privilege } = lack;
      return text.refusal.privilege(privilege, privilegeTable[privilege as keyof typeof privilegeTable]);
    }
    const { states, permission }: OperationDefinition = operationTable[id];
    if (target?.withheld?.some((name) => name === id || name === permission) === true)
      return text.refusal.policy;
    if (target?.state !== undefined && states !== undefined && !states.includes(target.state))
      return text.refusal.state(states, target.state);
    return null;
  };
}

/** Tells why a field of a call is not for whoever looks, when it needs a privilege of its own; null: it is. */
export function useFieldRefusal(): (privilege: Privilege, target: AccessTarget) => string | null {
  const who = useWho();
  return (privilege, target) =>
    holdsOn(who, privilege, target) ? null : text.refusal.privilege(privilege, privilegeTable[privilege]);
}
