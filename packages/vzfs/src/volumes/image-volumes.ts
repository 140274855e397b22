import { fault } from '@insula/contract';
import { CommandFailed, type Host, hasErrorCode, ImageInUse } from '@insula/host';
import type { VolumeLimits, VolumeStore } from './volume.ts';

/** The file that holds the file system of the volume at a path. */
export const imageOf = (path: string): string => `${path}.img`;

/** One ext4 file system in a sparse file for each volume, mounted at its path while it is open. */
export function imageVolumes({
  files,
  mounts,
  diskImages,
}: Pick<Host, 'files' | 'mounts' | 'diskImages'>): VolumeStore {
  const isOpen = async (path: string) => await mounts.isMounted(path);
  const release = async (path: string) => {
    if (await isOpen(path)) await diskImages.thaw(path);
  };

  return {
    layout: 'image',
    isAtomic: false,
    async make(path, limits, options) {
      const sizeBytes = sizeOf(limits);
      await mounts.unmount(path);
      await files.makeDir(path, { mode: 0o755 });
      const inodes = limits.inodes === null ? {} : { inodes: limits.inodes };
      await diskImages.make(imageOf(path), { sizeBytes, fileSystem: 'ext4', ...inodes }, options);
    },
    async open(path, options) {
      await files.makeDir(path, { mode: 0o755 });
      await diskImages.mount({ path: imageOf(path), fileSystem: 'ext4' }, path, options);
    },
    async close(path) {
      await release(path);
      await mounts.unmount(path);
    },
    async limit(path, limits, options) {
      const sizeBytes = sizeOf(limits);
      try {
        await diskImages.resize(imageOf(path), path, sizeBytes, options);
      } catch (error) {
        throw asRefusal(error, await isOpen(path));
      }
    },
    async usage(path) {
      if (!(await isOpen(path))) return { bytes: null, inodes: null };
      const facts = await files.fileSystem(path);
      return {
        bytes: facts.totalBytes - facts.availableBytes,
        inodes: facts.totalInodes - facts.availableInodes,
      };
    },
    async copy(from, to, options) {
      await files.makeDir(to, { mode: 0o755 });
      if (!(await isOpen(from))) return await diskImages.copy(imageOf(from), imageOf(to), options);
      await diskImages.freeze(from, options);
      try {
        await diskImages.copy(imageOf(from), imageOf(to), options);
      } finally {
        await diskImages.thaw(from);
      }
    },
    release,
    async rename(from, to) {
      // the file goes last: a volume exists where its file is
      await files.makeDir(to, { mode: 0o755 });
      await files.rename(imageOf(from), imageOf(to));
      await files.removeTree(from);
    },
    exists: async (path) => await files.exists(imageOf(path)),
  };
}

/** @throws CodedError invalid_parameter without a size */
function sizeOf({ bytes }: VolumeLimits): number {
  if (bytes !== null) return bytes;
  throw fault('invalid_parameter', {
    parameter: 'diskspace',
    problem: 'a file system in a file has a size: give one, such as 10G, or take another layout',
  });
}

function asRefusal(error: unknown, isOpen: boolean): unknown {
  const refused = (problem: string) =>
    fault('invalid_parameter', { parameter: 'diskspace', problem }, { cause: error });
  if (error instanceof ImageInUse)
    return fault('image_in_use', { image: error.path, devices: error.devices }, { cause: error });
  if (hasErrorCode(error, 'EBUSY'))
    return refused('an image cannot shrink while it is in use: stop the VE first');
  if (!(error instanceof CommandFailed) || error.argv[0] !== 'resize2fs') return error;
  if (isOpen && error.stderr.includes('Permission denied'))
    return refused('insulad may not resize a mounted file system here (CAP_SYS_RESOURCE): stop the VE first');
  return refused(`what is in the volume needs more: ${error.stderr.trim().split('\n').at(-1) ?? ''}`);
}
