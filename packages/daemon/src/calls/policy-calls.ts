import { type PolicyRow, policyFor, type Scope, scopeText, type Target } from '@insula/access';
import { fault, type Policy, type VePermissions } from '@insula/contract';
import type { Caller } from '../access/caller.ts';
import { withholdable } from '../access/owner-policy.ts';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

type PolicyCalls = Pick<Reads, Extract<keyof Reads, `policy.${string}`> | 've.permissions'>;

const silent = { ownerLogin: null, withheld: null, snapshots: null };

/** The calls about what owners of VEs may. */
export function policyCalls({ access, registry }: Node): PolicyCalls {
  const { policies, gatekeeper } = access;
  const found = (scope: Scope) => policies.current.find((row) => scopeText(row.scope) === scopeText(scope));
  const view = ({ scope, ownerLogin, withheld, snapshots }: PolicyRow): Policy => ({
    scope: gatekeeper.shown(scope),
    ownerLogin,
    withheld: withheld === null ? null : [...withheld],
    snapshots,
  });
  return {
    'policy.list': () => policies.current.map(view),
    'policy.set': ({ params, body }) => {
      const ve = /^ve:(.*)$/.exec(params.policy)?.[1];
      const scope = gatekeeper.scopeOf(
        ve === undefined ? params.policy : `ve:${registry.find(ve).spec.uuid}`,
      );
      const unknown = body.withheld?.find((what) => !withholdable.has(what));
      if (unknown !== undefined)
        throw fault('invalid_input', {
          field: 'withheld',
          problem: `${unknown} is nothing that an owner may do; there are ${[...withholdable].join(', ')}`,
        });
      const row: PolicyRow = { ...silent, ...found(scope), ...body, scope };
      policies.put(row);
      return view(row);
    },
    'policy.delete': ({ params }) => {
      const scope = gatekeeper.scopeOf(params.policy);
      if (found(scope) === undefined) throw fault('entry_not_found', { kind: 'policy', name: params.policy });
      policies.remove(scope);
      return null;
    },
    've.permissions': ({ params, caller }) =>
      permissionsOf(access, caller, gatekeeper.ve(registry.find(params.ve).spec)),
  };
}

function permissionsOf(
  { gatekeeper, policies }: Node['access'],
  caller: Caller,
  target: Target,
): VePermissions {
  const { withheld, snapshots } = policyFor(policies.current, target);
  return {
    privileges: gatekeeper.heldOn(caller, target),
    withheld: [...withheld].filter((what) => gatekeeper.isWithheld(caller, what, target)),
    snapshots: gatekeeper.isUnderPolicy(caller, 've.snapshot', target) ? snapshots : null,
  };
}
