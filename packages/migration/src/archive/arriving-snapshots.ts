import type { Snapshot, VeSpec } from '@insula/contract';

type Reference = VeSpec['template'];

/**
 * The snapshots of an archive as they will be here: files alone, for no memory travels with them, the oldest first, and each going on from an
 * older one that is there or from none.
 */
export function arrivingSnapshots(
  written: readonly Snapshot[],
  { layout, here }: { readonly layout: VeSpec['layout']; readonly here: (template: Reference) => Reference },
): readonly Snapshot[] {
  const seen = new Set<string>();
  return [...written]
    .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
    .map(({ processes: _processes, parent = null, ...snapshot }) => {
      const known = parent !== null && seen.has(parent) ? parent : null;
      seen.add(snapshot.name);
      return { ...snapshot, layout, template: here(snapshot.template), layers: [], parent: known };
    });
}
