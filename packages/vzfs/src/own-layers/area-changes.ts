import type { Host, UpperChanges } from '@insula/host';
import type { AreaView } from '../areas/mount-view.ts';
import type { PoolLayout } from '../pool-layout.ts';
import { isOpaque } from './overlay-attributes.ts';
import { ownChanges } from './own-changes.ts';
import { readOwnLayers } from './read-own-layers.ts';
import { keyOf } from './tree-paths.ts';

type ChangePorts = Pick<Host, 'files' | 'trees' | 'upperTrees'> & { readonly pool: PoolLayout };

/** Everything that a VE has changed of its template, as its mounted view shows it: its changed files, and those in layers of its own. */
export async function areaChanges(
  ports: ChangePorts,
  { upper, layers, target }: AreaView,
  { signal }: { readonly signal: AbortSignal },
): Promise<UpperChanges> {
  const { trees, upperTrees } = ports;
  const changes = await upperTrees.survey(upper, target, { signal });
  const own = await readOwnLayers(
    ports,
    layers.flatMap((layer) => ('digest' in layer ? [layer.digest] : [])),
  );
  if (own.length === 0) return changes;
  const entries = await trees.list(upper, { signal });
  const names = new Set(changes.names);
  const opaque = new Set(changes.opaque);
  for (const [index, changed] of ownChanges(entries, own).entries()) {
    const name = keyOf(changed.path);
    if (index >= entries.length) for (const part of withParents(name)) names.add(part);
    // a folder of which a layer says that it hides what is below
    else if (isOpaque(changed)) opaque.add(name === '' ? '.' : name);
  }
  return { ...changes, names: [...names], opaque: [...opaque] };
}

function withParents(name: string): readonly string[] {
  const parts = name.split('/');
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}
