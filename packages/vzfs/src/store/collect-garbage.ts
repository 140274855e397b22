import { ownLayerReferences, type ReferencePorts } from '../own-layers/own-layer-references.ts';
import { doomedPrefix } from '../pool-layout.ts';
import { objectsOf, stubLayers } from './layers.ts';

/**
 * Milliseconds that an object without a layer is kept: a build touches the objects it counts on, and publishes its layer well
 * within this time.
 */
const gracePeriod = 86_400_000;

export interface Collection {
  /** Layers of VEs that no VE and no snapshot has any more. */
  readonly removedLayers: number;
  readonly kept: number;
  readonly removed: number;
  readonly removedBytes: number;
}

/**
 * Removes layers that belonged to VEs and belong to none now, and objects that no layer needs. Safe beside builds: what they use is
 * younger than the grace period.
 */
export async function collectGarbage(
  ports: ReferencePorts,
  options: { readonly signal: AbortSignal; readonly now: number },
): Promise<Collection> {
  const { files, pool } = ports;
  const removedLayers = await collectOwnLayers(ports, options);
  const needed = new Set(
    (await stubLayers({ files, pool })).flatMap((layer) => [...objectsOf(layer).keys()]),
  );
  let kept = 0;
  let removed = 0;
  let removedBytes = 0;
  for (const { name: prefix } of await files.list(pool.objects)) {
    options.signal.throwIfAborted();
    for (const { name } of await files.list(`${pool.objects}/${prefix}`)) {
      const path = `${pool.objects}/${prefix}/${name}`;
      const stat = await files.stat(path);
      if (stat === null || needed.has(prefix + name) || options.now - stat.modifiedMs < gracePeriod) {
        kept += 1;
        continue;
      }
      await files.removeFile(path);
      removed += 1;
      removedBytes += stat.sizeBytes;
    }
  }
  return { removedLayers, kept, removed, removedBytes };
}

async function collectOwnLayers(
  ports: ReferencePorts,
  options: { readonly signal: AbortSignal; readonly now: number },
): Promise<number> {
  const { files, pool } = ports;
  const references = await ownLayerReferences(ports);
  let removed = 0;
  for (const { name } of await files.list(pool.ownLayers)) {
    options.signal.throwIfAborted();
    const dir = `${pool.ownLayers}/${name}`;
    const isDoomed = name.startsWith(doomedPrefix);
    const stat = await files.stat(dir);
    if (
      !isDoomed &&
      (references.has(`sha256:${name}`) || options.now - (stat?.modifiedMs ?? 0) < gracePeriod)
    )
      continue;
    // one rename, so that a layer is there whole or not at all
    const doomed = isDoomed ? dir : `${pool.ownLayers}/${doomedPrefix}${name}`;
    if (!isDoomed) await files.rename(dir, doomed);
    await files.removeTree(doomed);
    removed += isDoomed ? 0 : 1;
  }
  return removed;
}
