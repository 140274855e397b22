import type { Host } from '@insula/host';
import { refuseLimits } from './refuse-limits.ts';
import type { VolumeStore } from './volume.ts';

/** Subvolumes of a pool on btrfs: limited by quota groups, copied at once. */
export function subvolumes({ files, btrfs }: Pick<Host, 'files' | 'btrfs'>): VolumeStore {
  return {
    layout: 'subvolume',
    isAtomic: true,
    async make(path, limits, options) {
      refuseLimits('subvolume', limits, ['inodes']);
      if (!(await btrfs.isSubvolume(path))) await btrfs.createSubvolume(path, options);
      // a new one has none, and taking none away would wait for the disk
      if (limits.bytes !== null) await btrfs.limit(path, limits.bytes, options);
    },
    open: async () => undefined,
    close: async () => undefined,
    async limit(path, limits, options) {
      refuseLimits('subvolume', limits, ['inodes']);
      await btrfs.limit(path, limits.bytes, options);
    },
    async usage(path) {
      return { bytes: (await btrfs.usage(path))?.referencedBytes ?? null, inodes: null };
    },
    async copy(from, to, options) {
      await btrfs.deleteSubvolume(to, options);
      await btrfs.snapshot(from, to, options);
    },
    release: async () => undefined,
    rename: async (from, to) => await files.rename(from, to),
    exists: async (path) => await files.exists(path),
  };
}
