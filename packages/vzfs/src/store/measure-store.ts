import type { VeSpec, VolumeLayout } from '@insula/contract';
import type { Host } from '@insula/host';
import type { PoolLayout } from '../pool-layout.ts';
import { type VolumePorts, volumeStores } from '../volumes/volume-stores.ts';
import { objectsOf, type StubLayer, stubLayers } from './layers.ts';

/** What something that needs objects is worth, and what of it nobody else needs. */
interface Need {
  /** Bytes of its files. */
  readonly logicalBytes: number;
  /** Bytes that nothing else needs. */
  readonly ownBytes: number;
  readonly files: number;
}

export interface LayerUse extends Need {
  readonly layer: string;
}

/** What a VE has in layers of its own: files that it changed and shares. */
export interface VeUse extends Need {
  readonly ve: string;
  readonly uuid: string;
}

export interface StoreUse {
  readonly layers: readonly LayerUse[];
  readonly ves: readonly VeUse[];
  /** What all would take one by one. */
  readonly logicalBytes: number;
  /** What they take together. */
  readonly storedBytes: number;
  readonly objects: number;
}

export type MeasuredVe = Pick<VeSpec, 'uuid' | 'name' | 'layers'>;

/** What templates and VEs are worth and what they take. Reads manifests only. */
export async function measureStore(
  ports: Pick<Host, 'files'> & { readonly pool: PoolLayout },
  ves: readonly MeasuredVe[],
): Promise<StoreUse> {
  return compareNeeds(await stubLayers(ports), ves);
}

/** Bytes in the volume of a VE, where its layout can tell without walking through it and it lies open. Starts no program. */
export async function privateBytes(
  ports: VolumePorts & { readonly pool: PoolLayout },
  { uuid, layout }: { readonly uuid: string; readonly layout: VolumeLayout },
): Promise<number | null> {
  return (await volumeStores(ports)[layout].usage(ports.pool.privateArea(uuid).volume)).bytes;
}

/** Pure: the sharing among layers of templates and VEs. What is only a snapshot's counts as a layer nobody is named for. */
export function compareNeeds(layers: readonly StubLayer[], ves: readonly MeasuredVe[]): StoreUse {
  const known = new Map(layers.map((layer) => [layer.reference, layer] as const));
  const templates = layers.filter(({ reference }) => !reference.startsWith('sha256:'));
  const used = new Set(ves.flatMap((ve) => ve.layers));
  const others = layers.filter(({ reference }) => reference.startsWith('sha256:') && !used.has(reference));
  const ofVes = ves.map((ve) => ve.layers.flatMap((digest) => known.get(digest) ?? []));
  const users = new Map<string, { readonly size: number; count: number }>();
  for (const group of [...[...templates, ...others].map((layer) => [layer]), ...ofVes]) {
    for (const [digest, size] of needsOf(group)) {
      const user = users.get(digest);
      if (user === undefined) users.set(digest, { size, count: 1 });
      else user.count += 1;
    }
  }
  const need = (group: readonly StubLayer[]): Need => ({
    logicalBytes: sum(group.map(logicalBytes)),
    ownBytes: sum([...needsOf(group)].map(([digest, size]) => (users.get(digest)?.count === 1 ? size : 0))),
    files: sum(group.map(({ entries }) => entries.filter(({ kind }) => kind === 'file').length)),
  });
  const layerUses = templates.map((layer) => ({ layer: layer.reference, ...need([layer]) }));
  const veUses = ves.map(({ name, uuid }, index) => ({ ve: name, uuid, ...need(ofVes[index] ?? []) }));
  return {
    layers: layerUses,
    ves: veUses,
    logicalBytes:
      sum([...layerUses, ...veUses].map((use) => use.logicalBytes)) + sum(others.map(logicalBytes)),
    storedBytes: sum([...users.values()].map(({ size }) => size)),
    objects: users.size,
  };
}

const needsOf = (layers: readonly StubLayer[]): ReadonlyMap<string, number> =>
  new Map(layers.flatMap((layer) => [...objectsOf(layer)]));

function logicalBytes({ entries }: StubLayer): number {
  return entries.reduce((total, { size, linkOf }) => total + (linkOf === null ? size : 0), 0);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
