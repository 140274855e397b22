import { fault } from '@insula/contract';
import type { StepHandlers } from '@insula/operations';

/** All step handlers in one table; two of one name would silently serve each other's steps. */
export function joinHandlers(tables: readonly StepHandlers[]): StepHandlers {
  const names = tables.flatMap((table) => Object.keys(table));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw fault('internal', { problem: `two step handlers are named ${twice}` });
  return Object.assign({}, ...tables) as StepHandlers;
}
