import type { TreeDifference, TreeState } from './tree-transfer.ts';

/** What must be sent, and what must go, so that a copy in the state `before` comes to the state `after`. */
export function treeDifference(before: TreeState, after: TreeState): TreeDifference {
  const changed = Object.keys(after).filter((name) => before[name] !== after[name]);
  const isGone = (name: string) => {
    const now = after[name];
    return now === undefined || kindOf(now) !== kindOf(before[name] ?? '');
  };
  const removed: string[] = [];
  for (const name of Object.keys(before).sort()) {
    if (isGone(name) && !removed.some((above) => name.startsWith(`${above}/`))) removed.push(name);
  }
  // what lies below a name that goes is sent anew, whether it changed or not
  const below = Object.keys(after).filter((name) => removed.some((above) => name.startsWith(`${above}/`)));
  return { changed: [...new Set([...changed, ...below])].sort(), removed };
}

/** The first letter of a state is the kind. */
const kindOf = (state: string): string => state.slice(0, 1);
