import {
  type CallScope,
  needsOf,
  type OperationDefinition,
  type OperationId,
  operationTable,
  type Privilege,
  type WhoAmI,
} from '@insula/contract';

/** A VE as far as it decides what may be done to it. */
export interface AccessTarget {
  readonly uuid: string;
  /** Scopes name a VE as people do. */
  readonly name?: string;
  readonly groups?: readonly string[];
}

/** Why a call is refused, for want of a privilege; null: it may be made. */
export interface Lacking {
  readonly privilege: string;
}

/**
 * Whether somebody holds what a call needs. This only saves asking in vain: the node decides. Where the groups of a VE are not known, a
 * role on a group counts.
 */
export function lackOf(who: WhoAmI, id: OperationId, target?: AccessTarget): Lacking | null {
  const row: OperationDefinition = operationTable[id];
  for (const { privilege, on } of needsOf(row)) {
    if (on === 'own' || on === 'open') continue;
    // a field of the call may name a file of the node; most calls are made without it
    if (privilege === 'node.admin' && row.permission !== 'node.admin') continue;
    if (!holds(who, privilege, { on, target })) return { privilege };
  }
  return null;
}

/** Whether somebody holds a privilege on a VE: a field of a call may need one that the call itself does not. */
export function holdsOn(who: WhoAmI, privilege: Privilege, target: AccessTarget): boolean {
  return holds(who, privilege, { on: 've', target });
}

function holds(who: WhoAmI, privilege: Privilege, place: Omit<Reach, 'scope'>): boolean {
  return who.holds.some(
    ({ scope, privileges }) =>
      (privileges as readonly string[]).includes(privilege) && reaches(who, { scope, ...place }),
  );
}

interface Reach {
  readonly scope: string;
  readonly on: CallScope;
  readonly target: AccessTarget | undefined;
}

function reaches({ node }: WhoAmI, { scope, on, target }: Reach): boolean {
  if (scope === 'everything' || on === 'somewhere') return true;
  const [kind, name = ''] = scope.split(':', 2);
  // all that the panel shows is on this node
  if (kind === 'node') return name === node;
  const isOnNode = on === 'node' || (on === 'named' && target === undefined);
  if (isOnNode || target === undefined) return !isOnNode;
  if (kind === 've') return name === target.name || name === target.uuid;
  return target.groups === undefined || target.groups.includes(name);
}

/** The VEs of somebody whose roles are on single VEs and nothing else: for him the panel is the Power Panel. Null for all others. */
export function ownedBy({ holds }: WhoAmI): readonly string[] | null {
  const names = holds.map(({ scope }) => /^ve:(.*)$/.exec(scope)?.[1]);
  return names.length === 0 || names.includes(undefined) ? null : [...new Set(names as string[])].sort();
}
