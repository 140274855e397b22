import type { Privilege } from '@insula/contract';
import { covers, type Scope, type Target } from './scope.ts';

/** Privileges that are held on something. */
export interface Holding {
  readonly role: string;
  readonly privileges: ReadonlySet<Privilege>;
  readonly scope: Scope;
}

/** What a token takes away: privileges that are not among these, and everything outside of the scope. */
export interface Limit {
  readonly privileges: ReadonlySet<Privilege> | null;
  readonly scope: Scope | null;
}

/** All that one caller may do. What is not held is denied. */
export class Authority {
  readonly holdings: readonly Holding[];
  readonly limit: Limit | null;

  constructor(holdings: readonly Holding[], limit: Limit | null = null) {
    this.holdings = holdings;
    this.limit = limit;
  }

  holds(privilege: Privilege, target: Target): boolean {
    if (this.limit?.privileges?.has(privilege) === false) return false;
    if (this.limit?.scope && !covers(this.limit.scope, target)) return false;
    return this.holdings.some(({ privileges, scope }) => privileges.has(privilege) && covers(scope, target));
  }

  /** Whether it is held on the target by another role than this one, too. */
  holdsBeside(role: string, privilege: Privilege, target: Target): boolean {
    return new Authority(
      this.holdings.filter((holding) => holding.role !== role),
      this.limit,
    ).holds(privilege, target);
  }

  /** Whether it is held on anything: then an answer may have something in it. */
  holdsSomewhere(privilege: Privilege): boolean {
    if (this.limit?.privileges?.has(privilege) === false) return false;
    return this.holdings.some(({ privileges }) => privileges.has(privilege));
  }

  /** The first privilege that is not held on the target, null when all are. */
  lacks(wanted: Iterable<Privilege>, target: Target): Privilege | null {
    for (const privilege of wanted) if (!this.holds(privilege, target)) return privilege;
    return null;
  }

  /**
   * What of another's holdings is not held, null when this caller could do all that the other can: only then may it act in the other's
   * name. `targetOf` says what a scope is today.
   */
  lacksOf(
    holdings: readonly Holding[],
    targetOf: (scope: Scope) => Target,
  ): { readonly privilege: Privilege; readonly target: Target } | null {
    for (const { privileges, scope } of holdings) {
      const target = targetOf(scope);
      const privilege = this.lacks(privileges, target);
      if (privilege !== null) return { privilege, target };
    }
    return null;
  }
}
