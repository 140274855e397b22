import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { objectsOf, stubLayers } from './layers.ts';

/**
 * Milliseconds that an object without a layer is kept: a build touches the objects it counts on, and publishes its layer well
 * within this time.
 */
const gracePeriod = 86_400_000;

export interface Collection {
  readonly kept: number;
  readonly removed: number;
  readonly removedBytes: number;
}

/** Removes objects that no layer needs. Safe beside builds: what they use is younger than the grace period. */
export async function collectGarbage(
  { files, pool }: Pick<Host, 'files'> & { readonly pool: PoolLayout },
  options: { readonly signal: AbortSignal; readonly now: number },
): Promise<Collection> {
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
  return { kept, removed, removedBytes };
}
