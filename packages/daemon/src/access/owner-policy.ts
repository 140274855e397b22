import { ownerPrivileges } from '@insula/access';
import { isForOwner, operationRows } from '@insula/contract';

/** What makes a VE a VE to its owner: it cannot be withheld. */
const always = new Set(['ve.read', 've.show', 've.status', 've.wait', 've.permissions']);

/** Privileges of an owner on a VE, and the calls that need them: what policies can withhold. */
export const withholdable: ReadonlySet<string> = new Set(
  operationRows
    .filter((row) => isForOwner(row, ownerPrivileges))
    .flatMap(({ permission, id }) => [permission, id])
    .filter((what) => !always.has(what))
    .sort(),
);
