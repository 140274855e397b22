import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../files/remove-tree.ts';
import type { Mounts, OverlayMount } from '../mounts/mounts.ts';
import type { OverlayFacts } from './host-facts.ts';

/** Ids that no VE has: the tries only need some range. */
const tryRange = { base: 2_000_000_000, count: 65_536 };

/** Finds out by mounting small overlays in a directory of their own, which is gone afterwards. */
export const probeOverlay = async (mounts: Mounts, scratchDir: string): Promise<OverlayFacts> => {
  const dir = await mkdtemp(join(scratchDir, '.insula-probe-'));
  const path = (name: string): string => join(dir, name);
  const target = path('target');
  const tryMount = async (parts: Partial<OverlayMount>): Promise<boolean> => {
    try {
      await mounts.overlay({
        layers: [path('layer')],
        upper: path('area/upper'),
        work: path('area/work'),
        target,
        ...parts,
      });
      return true;
    } catch {
      return false;
    } finally {
      await mounts.unmount(target, { detach: true });
      await rm(path('area/work'), { recursive: true, force: true });
      await mkdir(path('area/work'));
    }
  };
  try {
    for (const name of ['layer', 'objects', 'area/upper', 'area/work', 'target']) {
      await mkdir(path(name), { recursive: true });
    }
    return {
      available: await tryMount({}),
      idmappedLayers: await tryMount({ idmap: tryRange }),
      dataLayers: await tryMount({ dataLayers: [path('objects')] }),
    };
  } finally {
    await removeTree(dir, undefined);
  }
};
