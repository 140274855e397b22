import type { OperationDefinition } from '../operations/definition.ts';
import type { CallScope } from './call-scope.ts';
import type { Privilege } from './privileges.ts';

export interface Need {
  readonly privilege: Privilege;
  readonly on: CallScope;
}

/** What a caller needs for a call, from its row alone. Fields of files on the node need `node.admin`: root opens them. */
export function needsOf(row: OperationDefinition): readonly Need[] {
  const on = row.scope ?? scopeOfPath(row.path);
  const needs: Need[] = [{ privilege: row.permission, on }];
  if (row.takesFrom !== undefined) needs.push({ privilege: row.takesFrom, on: 've' });
  if (namesFiles(row.query) || namesFiles(row.body)) needs.push({ privilege: 'node.admin', on: 'node' });
  return needs;
}

/** Whether an owner of a VE who holds these privileges may make a call about it: what policies can withhold. */
export function isForOwner(row: OperationDefinition, held: readonly string[]): boolean {
  return needsOf(row).every(
    ({ privilege, on }) => (on === 've' || on === 'named') && held.includes(privilege),
  );
}

function scopeOfPath(path: string): CallScope {
  if (path.includes('{ve}')) return 've';
  return path.includes('{operation}') ? 'operation' : 'node';
}

function namesFiles(schema: object | undefined): boolean {
  const { properties = {} } = (schema ?? {}) as { readonly properties?: Record<string, object> };
  return Object.values(properties).some((property) => 'x-file' in property);
}
