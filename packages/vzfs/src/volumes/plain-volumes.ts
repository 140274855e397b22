import type { Host } from '@insula/host';
import { refuseLimits } from './refuse-limits.ts';
import type { VolumeStore } from './volume.ts';

/** Folders of the pool: as large as the pool is. */
export function plainVolumes({ files }: Pick<Host, 'files'>): VolumeStore {
  return {
    layout: 'plain',
    isAtomic: false,
    async make(path, limits) {
      refuseLimits('plain', limits, ['bytes', 'inodes']);
      await files.makeDir(path, { mode: 0o755 });
    },
    open: async () => undefined,
    close: async () => undefined,
    limit: async (_path, limits) => refuseLimits('plain', limits, ['bytes', 'inodes']),
    usage: async () => ({ bytes: null, inodes: null }),
    async copy(from, to, options) {
      // what an earlier, cut off copy left must not mix with this one
      await files.removeTree(to);
      await files.copyTree(from, to, options);
    },
    release: async () => undefined,
    rename: async (from, to) => await files.rename(from, to),
    exists: async (path) => await files.exists(path),
  };
}
