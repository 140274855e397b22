import type { Host } from '@insula/host';
import type { VolumeLimits, VolumeStore } from './volume.ts';

/** Folders that are projects of the pool's file system, which counts and limits what is in each (ext4, xfs). */
export function projectVolumes({ files, quotas }: Pick<Host, 'files' | 'quotas'>): VolumeStore {
  const limit = async (path: string, { bytes, inodes }: VolumeLimits) =>
    await quotas.set(path, 'project', await projectAt(path), { bytes, inodes });
  const projectAt = async (path: string) => (await quotas.project(path)) ?? (await quotas.makeProject(path));

  return {
    layout: 'project',
    isAtomic: false,
    async make(path, limits) {
      await files.makeDir(path, { mode: 0o755 });
      await limit(path, limits);
    },
    open: async () => undefined,
    close: async () => undefined,
    limit,
    async usage(path) {
      const project = await quotas.project(path);
      if (project === null) return { bytes: null, inodes: null };
      const { usedBytes, usedInodes } = await quotas.get(path, 'project', project);
      return { bytes: usedBytes, inodes: usedInodes };
    },
    async copy(from, to, options) {
      // what an earlier, cut off copy left must not mix with this one
      await files.removeTree(to);
      await files.makeDir(to, { mode: 0o755 });
      await projectAt(to);
      await files.copyTree(from, to, options);
    },
    release: async () => undefined,
    rename: async (from, to) => await files.rename(from, to),
    exists: async (path) => await files.exists(path),
  };
}
