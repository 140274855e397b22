import type { NodeEvent } from '@insula/contract';
import type { Caller } from '../access/caller.ts';
import type { Gatekeeper } from '../access/gatekeeper.ts';

/**
 * Whether events are for a caller, each by what he may at that moment. That a VE is gone is told to whoever was told of it before: the
 * groups that it was in are known no more.
 */
export function eventJudge(gatekeeper: Gatekeeper, caller: Caller): (event: NodeEvent) => boolean {
  const told = new Set<string>();
  return (event) => {
    if (event.kind === 'operation') {
      const target = gatekeeper.operationTarget(event.operation.target);
      return gatekeeper.mayHave(caller, 'operation.read', target);
    }
    if (event.uuid === null) return gatekeeper.mayHave(caller, 'alert.read', gatekeeper.node);
    const isFor = gatekeeper.mayHave(caller, 've.read', gatekeeper.veByUuid(event.uuid));
    if (isFor) told.add(event.uuid);
    return isFor || (event.kind === 've' && event.ve === null && told.delete(event.uuid));
  };
}
