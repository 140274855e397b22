import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { objectsOf, type StubLayer, stubLayers } from './layers.ts';

export interface LayerUse {
  readonly layer: string;
  /** Bytes of its files. */
  readonly logicalBytes: number;
  /** Bytes that no other layer needs. */
  readonly ownBytes: number;
  readonly files: number;
}

export interface StoreUse {
  readonly layers: readonly LayerUse[];
  /** What the layers would take one by one. */
  readonly logicalBytes: number;
  /** What they take together. */
  readonly storedBytes: number;
  readonly objects: number;
}

/** What layers are worth and what they take. Reads manifests only. */
export async function measureStore(
  ports: Pick<Host, 'files'> & { readonly pool: PoolLayout },
): Promise<StoreUse> {
  return compareLayers(await stubLayers(ports));
}

/** Pure: the sharing among layers. */
export function compareLayers(layers: readonly StubLayer[]): StoreUse {
  const needs = layers.map((layer) => ({ layer, objects: objectsOf(layer) }));
  const users = new Map<string, { readonly size: number; count: number }>();
  for (const { objects } of needs) {
    for (const [digest, size] of objects) {
      const known = users.get(digest);
      if (known === undefined) users.set(digest, { size, count: 1 });
      else known.count += 1;
    }
  }
  const uses = needs.map(({ layer, objects }): LayerUse => {
    const own = [...objects].filter(([digest]) => users.get(digest)?.count === 1);
    return {
      layer: layer.reference,
      logicalBytes: logicalBytes(layer),
      ownBytes: own.reduce((sum, [, size]) => sum + size, 0),
      files: layer.entries.filter(({ kind }) => kind === 'file').length,
    };
  });
  return {
    layers: uses,
    logicalBytes: uses.reduce((sum, use) => sum + use.logicalBytes, 0),
    storedBytes: [...users.values()].reduce((sum, { size }) => sum + size, 0),
    objects: users.size,
  };
}

function logicalBytes({ entries }: StubLayer): number {
  return entries.reduce((sum, { size, linkOf }) => sum + (linkOf === null ? size : 0), 0);
}
