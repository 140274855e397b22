import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statfsSync, truncateSync } from 'node:fs';

/** Mounts a new btrfs of 8 GiB in a sparse file at a folder, as quickstart does for its pool. Its loop device goes with the mount. */
export function mountBtrfs(image: string, dir: string): void {
  mkdirSync(dir, { recursive: true });
  closeSync(openSync(image, 'w'));
  truncateSync(image, 8 * 2 ** 30);
  execFileSync('mkfs.btrfs', ['--quiet', image]);
  execFileSync('mount', ['-o', 'loop,noatime', image, dir]);
}

/** Bytes in use of a btrfs, once everything is written. */
export function usedBytes(dir: string): number {
  execFileSync('btrfs', ['filesystem', 'sync', dir]);
  const { blocks, bfree, bsize } = statfsSync(dir);
  return (blocks - bfree) * bsize;
}
