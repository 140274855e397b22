import type { TreeState } from '@insula/host';

/** Bytes of all files of a tree: the last part of what it says of each. */
export function bytesOf(state: TreeState): number {
  return Object.values(state).reduce((sum, text) => sum + Number(text.split(' ')[3]), 0);
}
