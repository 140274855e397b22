import type { Feature } from '@insula/contract';
import type { OciMount } from './oci-config.ts';

/** What lxcfs shows of its own: files by the limits of the cgroup that their reader lives in (lxcfs(1)). */
export const visibleFiles = [
  '/proc/cpuinfo',
  '/proc/diskstats',
  '/proc/loadavg',
  '/proc/meminfo',
  '/proc/stat',
  '/proc/swaps',
  '/proc/uptime',
  '/sys/devices/system/cpu',
] as const;

/**
 * What a VE sees of memory, processors and uptime. Mounted over the kernel's files when it starts, so that `free` and `top` tell its
 * own. Nothing may lie over /proc where a VE nests: see compileReadonlyPaths.
 */
export function compileVisibleFiles(
  features: readonly Feature[],
  { lxcfs, files }: VisibleFiles,
): readonly OciMount[] {
  if (features.includes('nesting')) return [];
  return files.map((path) => ({
    destination: path,
    type: 'bind',
    source: `${lxcfs}${path}`,
    options: ['bind', 'nosuid', 'nodev', 'noexec', 'ro'],
  }));
}

/** Where lxcfs is mounted, and which of its files this version has; none where it does not answer. */
export interface VisibleFiles {
  readonly lxcfs: string;
  readonly files: readonly string[];
}
