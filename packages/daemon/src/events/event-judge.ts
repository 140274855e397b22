import { type NodeEvent, type OperationDefinition, operationTable, outdatedReads } from '@insula/contract';
import type { Caller } from '../access/caller.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';

/**
 * Whether events are for a caller, each by what he may at that moment. That a VE is gone is told to whoever was told of it before: the
 * groups that it was in are known no more.
 */
export function eventJudge(gatekeeper: Gatekeeper, caller: Caller): (event: NodeEvent) => boolean {
  const told = new Set<string>();

  /** An edit of what is the node's: whoever may read on the node what it changed. One of what is a user's: he, and who reads users. */
  function mayHearOf({ call, user }: Extract<NodeEvent, { kind: 'edit' }>): boolean {
    if (user !== null) {
      return user === caller.name || gatekeeper.mayHave(caller, 'access.read', gatekeeper.node);
    }
    return outdatedReads(call).some((id) => {
      const { scope, permission } = operationTable[id] as OperationDefinition;
      return scope !== 'own' && scope !== 'open' && gatekeeper.mayHave(caller, permission, gatekeeper.node);
    });
  }

  return (event) => {
    if (event.kind === 'operation') {
      const target = gatekeeper.operationTarget(event.operation.target);
      return gatekeeper.mayHave(caller, 'operation.read', target);
    }
    if (event.kind === 'edit' && event.uuid === null) return mayHearOf(event);
    if (event.uuid === null) return gatekeeper.mayHave(caller, 'alert.read', gatekeeper.node);
    const isFor = gatekeeper.mayHave(caller, 've.read', gatekeeper.veByUuid(event.uuid));
    if (isFor) told.add(event.uuid);
    return isFor || (event.kind === 've' && event.ve === null && told.delete(event.uuid));
  };
}
