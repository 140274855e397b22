import { type Holding, type Scope, userHoldings } from '@insula/access';
import { fault, type Privilege } from '@insula/contract';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';

/** Nobody hands on what he does not hold himself. @throws CodedError not_held */
export function mustHold(
  { gatekeeper }: Access,
  caller: Caller,
  privileges: Iterable<Privilege>,
  scope: Scope,
): void {
  const lacking = caller.authority.lacks(privileges, gatekeeper.targetOf(scope));
  if (lacking !== null) throw fault('not_held', { privilege: lacking, scope: gatekeeper.shown(scope) });
}

/** As above, of all that somebody holds, or would hold. @throws CodedError not_held */
export function mustHoldAll(access: Access, caller: Caller, holdings: readonly Holding[]): void {
  for (const { privileges, scope } of holdings) mustHold(access, caller, privileges, scope);
}

/** Whoever sets a user's password or lets him in again could act as he: only who may do all that he may. @throws CodedError not_held */
export function mustHoldAllOf(access: Access, caller: Caller, user: string): void {
  mustHoldAll(access, caller, userHoldings(access.directory.current, user));
}
