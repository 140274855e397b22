import { type Host, hasErrorCode } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { objectsOf, stubLayers } from './layers.ts';
import { objectPath } from './object-paths.ts';
import { repairObject } from './repair-object.ts';

export interface DamagedObject {
  readonly digest: string;
  readonly problem: string;
  /** Layers that need it. */
  readonly layers: readonly string[];
  /** The file of a VE that it was put right from; null: none has its content. */
  readonly repairedFrom: string | null;
}

export interface Verification {
  readonly objects: number;
  readonly bytes: number;
  readonly damaged: readonly DamagedObject[];
}

/** Reads every object that a layer needs, compares it with its digest, and puts right what can be. */
export async function verifyStore(
  ports: Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout },
  options: { readonly signal: AbortSignal; readonly progress: (fraction: number) => void },
): Promise<Verification> {
  const needed = new Map<string, { readonly size: number; readonly layers: string[] }>();
  for (const layer of await stubLayers(ports)) {
    for (const [digest, size] of objectsOf(layer)) {
      const known = needed.get(digest);
      if (known === undefined) needed.set(digest, { size, layers: [layer.reference] });
      else known.layers.push(layer.reference);
    }
  }
  const damaged: DamagedObject[] = [];
  let bytes = 0;
  let done = 0;
  for (const [digest, { size, layers }] of needed) {
    options.signal.throwIfAborted();
    const problem = await objectProblem(ports, digest, size);
    if (problem !== null) {
      const repairedFrom = await repairObject(ports, digest, size);
      damaged.push({ digest, problem, layers, repairedFrom });
    }
    bytes += size;
    done += 1;
    options.progress(done / needed.size);
  }
  return { objects: needed.size, bytes, damaged };
}

/** What is wrong with an object; null: it is there, and its content is what its name says. */
export async function objectProblem(
  { files, trees, pool }: Pick<Host, 'files' | 'trees'> & { readonly pool: PoolLayout },
  digest: string,
  size: number,
): Promise<string | null> {
  const path = objectPath(pool, digest);
  const stat = await files.stat(path);
  if (stat === null) return 'is missing';
  if (stat.sizeBytes !== size) return `has ${stat.sizeBytes} bytes instead of ${size}`;
  try {
    return (await trees.digestFile(path)) === digest ? null : 'has other content than its name says';
  } catch (error) {
    // the disk, or a file system that knows what it wrote
    if (hasErrorCode(error, 'EIO')) return 'cannot be read';
    throw error;
  }
}
