import {
  closedWalls,
  openings,
  ownerRole,
  parseScope,
  policyFor,
  type Scope,
  scopeText,
  type Target,
} from '@insula/access';
import {
  fault,
  type Need,
  needsOf,
  type OperationDefinition,
  type OperationTarget,
  operationRows,
  type Privilege,
  privileges,
  type VeChange,
  type VeSpec,
} from '@insula/contract';
import type { OperationRecord } from '@insula/operations';
import type { VeRegistry } from '@insula/ve';
import type { Change } from '../http/calls.ts';
import type { PolicyStore } from '../store/policy-store.ts';
import type { Caller } from './caller.ts';

interface GatekeeperPorts {
  readonly nodeName: string;
  readonly registry: VeRegistry;
  readonly policies: Pick<PolicyStore, 'current'>;
  /** @throws CodedError operation_not_found */
  operation(id: string): OperationRecord;
}

/** What a request says about what it is about: parts that have been checked against the schemas. */
interface Asked {
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/**
 * The one place where it is decided who may do what. What a caller may not even see does not exist for him: it is missed in the same
 * words as what there really is not.
 */
export class Gatekeeper {
  readonly #ports: GatekeeperPorts;
  readonly nodeName: string;
  readonly node: Target;

  constructor(ports: GatekeeperPorts) {
    this.#ports = ports;
    this.nodeName = ports.nodeName;
    this.node = { kind: 'node', name: ports.nodeName };
  }

  ve({ uuid, groups }: Pick<VeSpec, 'uuid' | 'groups'>): Target {
    return { kind: 've', uuid, groups, node: this.#ports.nodeName };
  }

  /** What a VE is to grants, also when it is here no more. */
  veByUuid(uuid: string): Target {
    return this.ve(this.#ports.registry.get(uuid)?.spec ?? { uuid, groups: [] });
  }

  operationTarget({ kind, id }: OperationTarget): Target {
    return kind === 've' ? this.veByUuid(id) : this.node;
  }

  /** A scope as it is written in calls, where VEs have names. @throws CodedError ve_not_found */
  scopeOf(text: string): Scope {
    const reference = /^ve:(.*)$/.exec(text)?.[1];
    if (reference === undefined) return parseScope(text);
    const isUuid = reference.length === 36;
    const uuid = isUuid ? reference : this.#ports.registry.find(reference).spec.uuid;
    return { kind: 've', uuid };
  }

  /** What a scope is today. */
  targetOf(scope: Scope): Target {
    return scope.kind === 've' ? this.veByUuid(scope.uuid) : scope;
  }

  /** A scope as people read it. */
  shown(scope: Scope): string {
    const name = scope.kind === 've' ? this.#ports.registry.get(scope.uuid)?.spec.name : undefined;
    return name === undefined ? scopeText(scope) : `ve:${name}`;
  }

  /** Before a call is made: whether its row, and what it names, are for this caller. @throws CodedError forbidden, ve_not_found, operation_not_found */
  admit(caller: Caller, row: OperationDefinition, asked: Asked): void {
    for (const need of needsOf(row)) this.#require(caller, row, need, asked);
    const { ve, operation } = asked.query;
    // who sees every VE of the node may ask for one that is gone, too
    if (typeof ve === 'string' && !caller.authority.holds('ve.read', this.node))
      this.#requireVe(caller, 've.read', ve);
    if (row.kind === 'events' && typeof operation === 'string')
      this.#requireOperation(caller, 'operation.read', operation);
  }

  /**
   * Once it is decided what a change would do: whether the caller may have what comes of it, on the whole that it would be after it.
   * @throws CodedError forbidden
   */
  judge(caller: Caller, row: OperationDefinition, { request, snapshots }: Change): void {
    if (snapshots !== undefined) this.#judgeSnapshots(caller, request.target, snapshots);
    if (row.id === 've.create' || row.id === 've.clone' || row.id === 've.import') {
      const { spec } = request.input as { readonly spec: VeSpec };
      this.#requireGroups(caller, 've.create', spec.groups, true);
      if (openings(closedWalls, spec).length > 0) this.#hold(caller, 've.widen', this.ve(spec));
    }
    if (row.id === 've.set') this.#judgeSettings(caller, request.target.id, request.input as VeChange);
  }

  /** All that a caller holds on something. */
  heldOn({ authority }: Caller, target: Target): Privilege[] {
    return privileges.filter((privilege) => authority.holds(privilege, target));
  }

  /** Policies count for who holds something as an owner alone. */
  isUnderPolicy({ authority }: Caller, privilege: Privilege, target: Target): boolean {
    return authority.holds(privilege, target) && !authority.holdsBeside(ownerRole, privilege, target);
  }

  /** Whether a policy takes a privilege, or a single call, away from a caller. */
  isWithheld(caller: Caller, what: string, target: Target): boolean {
    const { withheld } = policyFor(this.#ports.policies.current, target);
    if (!withheld.has(what)) return false;
    const privilege = operationRows.find(({ id }) => id === what)?.permission ?? (what as Privilege);
    return this.isUnderPolicy(caller, privilege, target);
  }

  /** Whether an item of an answer is for this caller. */
  mayHave(caller: Caller, privilege: Privilege, target: Target): boolean {
    return caller.authority.holds(privilege, target);
  }

  /**
   * Walls that a change names at all count as opened, even those that are open now: an operation that was waited for may close them
   * before this one runs.
   */
  #judgeSettings(caller: Caller, uuid: string, change: VeChange): void {
    const spec = this.#ports.registry.get(uuid)?.spec;
    if (spec === undefined) throw fault('ve_not_found', { ve: uuid });
    const { features, forwards, apiAccess, capabilities, groups } = change;
    const drop = spec.capabilities.drop;
    const before = { ...closedWalls, capabilities: { add: [], drop } };
    const after = {
      features: features ?? [],
      forwards: forwards ?? [],
      apiAccess: apiAccess ?? false,
      capabilities: { add: capabilities?.add ?? [], drop: capabilities?.drop ?? drop },
    };
    if (openings(before, after).length > 0) this.#hold(caller, 've.widen', this.ve(spec));
    if (groups === undefined) return;
    const moved = [
      ...groups.filter((group) => !spec.groups.includes(group)),
      ...spec.groups.filter((group) => !groups.includes(group)),
    ];
    this.#requireGroups(caller, 've.configure', moved, false);
  }

  /** Whoever puts a VE into a group gives it to all who hold something on the group: it must be his in each of them. */
  #requireGroups(caller: Caller, privilege: Privilege, groups: readonly string[], needsOne: boolean): void {
    const { authority } = caller;
    if (authority.holds(privilege, this.node)) return;
    const foreign = groups.find((name) => !authority.holds(privilege, { kind: 'group', name }));
    if (foreign !== undefined) throw fault('forbidden', { permission: `${privilege} on group:${foreign}` });
    if (needsOne && groups.length === 0) this.#hold(caller, privilege, this.node);
  }

  #judgeSnapshots(caller: Caller, { id, name: ve }: OperationTarget, snapshots: number): void {
    const target = this.veByUuid(id);
    const { snapshots: most } = policyFor(this.#ports.policies.current, target);
    if (most !== null && snapshots > most && this.isUnderPolicy(caller, 've.snapshot', target))
      throw fault('too_many_snapshots', { ve, most });
  }

  #require(
    caller: Caller,
    row: OperationDefinition,
    { privilege, on }: Need,
    { params, query, body }: Asked,
  ): void {
    switch (on) {
      case 'open':
      case 'own':
        return;
      case 'somewhere':
        if (!caller.authority.holdsSomewhere(privilege)) throw fault('forbidden', { permission: privilege });
        return;
      case 'node':
        return this.#hold(caller, privilege, this.node);
      case 've':
        return this.#requireVe(caller, privilege, String(params['ve'] ?? query['ve']), row);
      case 'named': {
        const { ve } = (body ?? {}) as { readonly ve?: string };
        if (ve === undefined) return this.#hold(caller, privilege, this.node);
        return this.#requireVe(caller, privilege, ve, row);
      }
      case 'operation':
        return this.#requireOperation(caller, privilege, String(params['operation']));
    }
  }

  #requireVe(caller: Caller, privilege: Privilege, reference: string, row?: OperationDefinition): void {
    const target = this.ve(this.#ports.registry.find(reference).spec);
    if (!caller.authority.holds('ve.read', target)) throw fault('ve_not_found', { ve: reference });
    this.#hold(caller, privilege, target);
    if (row === undefined) return;
    const withheld = [privilege, row.id].find((what) => this.isWithheld(caller, what, target));
    if (withheld !== undefined) throw fault('withheld', { what: withheld });
  }

  #requireOperation(caller: Caller, privilege: Privilege, id: string): void {
    const target = this.operationTarget(this.#ports.operation(id).target);
    if (!caller.authority.holds('operation.read', target))
      throw fault('operation_not_found', { operation: id });
    this.#hold(caller, privilege, target);
  }

  #hold(caller: Caller, privilege: Privilege, target: Target): void {
    if (!caller.authority.holds(privilege, target)) throw fault('forbidden', { permission: privilege });
  }
}
