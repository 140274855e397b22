import { viewSnapshots } from '@insula/vzfs';
import type { Node } from '../node.ts';

const taking = ['snapshot.create', 'checkpoint.create'];

/**
 * Counts the snapshots of a VE, with those that are being taken or wait for it: what it answers with is called in the turn in which the
 * next one is decided on, so that many requests at once are not all let through by the same number.
 */
export async function countSnapshots({ ports, journal }: Node, uuid: string): Promise<() => number> {
  const names = new Set<string>();
  const addUnfinished = () => {
    for (const { kind, target, input } of journal.unfinished())
      if (target.id === uuid && taking.includes(kind)) names.add((input as { readonly name: string }).name);
  };
  addUnfinished();
  for (const { name } of await viewSnapshots(ports, uuid)) names.add(name);
  return () => {
    addUnfinished();
    return names.size;
  };
}
