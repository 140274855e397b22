import { TemplateVersion } from '@insula/contract';
import type { Files } from '@insula/host';
import { Value } from 'typebox/value';

export interface LayerList {
  /** Built versions, by name and from old to new. */
  readonly layers: readonly TemplateVersion[];
  /** Directories that should hold a layer but do not, and why. */
  readonly damaged: readonly { readonly path: string; readonly problem: string }[];
}

/** The built templates below the pool's directory of layers; what does not look like one is left alone. */
export async function listLayers(files: Files, layersDir: string): Promise<LayerList> {
  const layers: TemplateVersion[] = [];
  const damaged: { readonly path: string; readonly problem: string }[] = [];
  for (const { name, kind } of await files.list(layersDir)) {
    if (kind !== 'directory' || !name.includes('@')) continue;
    const path = `${layersDir}/${name}`;
    const layer = await readLayer(files, path, name);
    if (layer === null) continue;
    if (typeof layer === 'string') damaged.push({ path, problem: layer });
    else layers.push(layer);
  }
  return { layers: layers.sort(compareLayers), damaged };
}

/** A layer's manifest, or what is wrong with it; null when the directory does not exist. `reference` is its NAME@VERSION. */
export async function readLayer(
  files: Files,
  dir: string,
  reference: string,
): Promise<TemplateVersion | string | null> {
  const text = await files.readTextIfExists(`${dir}/layer.json`);
  if (text === null) return (await files.exists(dir)) ? 'layer.json is missing' : null;
  try {
    const value: unknown = JSON.parse(text);
    if (!Value.Check(TemplateVersion, value)) return 'layer.json does not describe a layer';
    const own = `${value.name}@${value.version}`;
    return own === reference ? value : `layer.json is of ${own}`;
  } catch (error) {
    return `layer.json: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const compareLayers = (left: TemplateVersion, right: TemplateVersion): number => {
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  return compareVersions(left.version, right.version);
};

/** Orders versions: dotted parts, numbers as numbers. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left.split('.'), right.split('.')];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [x, y] = [a[index] ?? '', b[index] ?? ''];
    const difference =
      /^\d+$/.test(x) && /^\d+$/.test(y) ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** A version for a build now, after all that exist: the day (UTC) and a number, `20261121.1`. */
export function nextVersion(existing: readonly string[], now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  let number = 1;
  while (existing.includes(`${day}.${number}`)) number += 1;
  return `${day}.${number}`;
}
