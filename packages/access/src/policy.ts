import { covers, type Scope, type Target } from './scope.ts';

/** What owners of VEs may. Null: it says nothing about that. */
export interface Policy {
  /** Whether they may log in with the password that root has inside. */
  readonly ownerLogin: boolean | null;
  /** Privileges, or ids of single calls, that they do without. */
  readonly withheld: readonly string[] | null;
  /** Snapshots of one VE that they may have, checkpoints among them. */
  readonly snapshots: number | null;
}

/** A policy for all VEs, those of a group, or one of them. */
export interface PolicyRow extends Policy {
  readonly scope: Scope;
}

/** What counts for one VE. */
export interface EffectivePolicy {
  readonly ownerLogin: boolean;
  readonly withheld: ReadonlySet<string>;
  readonly snapshots: number | null;
}

/**
 * What policies come to for a VE. Each thing is said by the closest level that says anything about it: the VE, its groups, everything.
 * Where several groups do, the strictest counts. Nobody logs in with the password of a VE unless that is said.
 */
export function policyFor(rows: readonly PolicyRow[], ve: Target): EffectivePolicy {
  const levels = (['ve', 'group', 'everything'] as const).map((kind) =>
    rows.filter(({ scope }) => scope.kind === kind && covers(scope, ve)),
  );
  const said = <Value>(field: (row: PolicyRow) => Value | null): readonly Value[] =>
    levels
      .map((level) => level.map(field).filter((value) => value !== null))
      .find((values) => values.length > 0) ?? [];
  const logins = said(({ ownerLogin }) => ownerLogin);
  const snapshots = said((row) => row.snapshots);
  return {
    ownerLogin: logins.length > 0 && logins.every((may) => may),
    withheld: new Set(said(({ withheld }) => withheld).flat()),
    snapshots: snapshots.length === 0 ? null : Math.min(...snapshots),
  };
}
