import type { VeEntry } from './registry.ts';

/**
 * The VEs that a node starts when it comes up, in order: higher `bootorder` first, then by CTID. `auto` starts those that were
 * wanted running when the node went down.
 */
export function autostartOrder(entries: readonly VeEntry[]): readonly VeEntry[] {
  return entries
    .filter(({ runtime }) => runtime.init === null)
    .filter(
      ({ spec, runtime }) =>
        spec.onboot === 'yes' || (spec.onboot === 'auto' && runtime.wanted === 'running'),
    )
    .toSorted((a, b) => b.spec.bootorder - a.spec.bootorder || a.spec.ctid - b.spec.ctid);
}
