import type { Feature } from '@insula/contract';
import type { OciMount } from './oci-config.ts';

const mount = (destination: string, type: string, source: string, ...options: string[]): OciMount => ({
  destination,
  type,
  source,
  options,
});

/**
 * The mounts a distribution's init expects of a container manager (systemd's container interface, systemd.io/CONTAINER_INTERFACE).
 * /sys is read-only so that no device manager starts inside; /proc/sys stays writable, the kernel lets VE root change only what
 * belongs to its own namespaces. cgroup2 also on hybrid hosts: systemd inside then runs in pure v2 mode.
 */
export function compileMounts(
  features: readonly Feature[],
  { terminals }: { readonly terminals: number },
): readonly OciMount[] {
  const sysAccess = features.includes('nesting') ? 'rw' : 'ro';
  return [
    mount('/proc', 'proc', 'proc', 'nosuid', 'noexec', 'nodev'),
    mount('/dev', 'tmpfs', 'tmpfs', 'nosuid', 'strictatime', 'mode=755', 'size=1m'),
    mount(
      '/dev/pts',
      'devpts',
      'devpts',
      'nosuid',
      'noexec',
      'newinstance',
      'ptmxmode=0666',
      'mode=0620',
      'gid=5',
      `max=${terminals}`,
    ),
    mount('/dev/shm', 'tmpfs', 'shm', 'nosuid', 'nodev', 'mode=1777'),
    mount('/dev/mqueue', 'mqueue', 'mqueue', 'nosuid', 'noexec', 'nodev'),
    mount('/sys', 'sysfs', 'sysfs', 'nosuid', 'noexec', 'nodev', sysAccess),
    mount('/sys/fs/cgroup', 'cgroup2', 'cgroup2', 'nosuid', 'noexec', 'nodev', 'relatime', 'rw'),
    mount('/run', 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'mode=755'),
    mount('/run/lock', 'tmpfs', 'tmpfs', 'nosuid', 'nodev', 'noexec', 'mode=1777', 'size=5m'),
  ];
}

/** Kernel files that say something about other VEs or the host, or that only a host's root should touch. */
export function compileMaskedPaths(features: readonly Feature[]): readonly string[] {
  // A process inside can only mount a fresh /proc, as nested containers do, while nothing in it is covered.
  if (features.includes('nesting')) return [];
  return [
    '/proc/kcore',
    '/proc/keys',
    '/proc/latency_stats',
    '/proc/timer_list',
    '/proc/sched_debug',
    '/proc/scsi',
    '/sys/firmware',
  ];
}

/**
 * Whoever nests mounts a /proc of its own, which the kernel allows only where nothing lies over the one that is there
 * (mnt_already_visible() in fs/namespace.c). Writing to this file takes root of the host in any case.
 */
export function compileReadonlyPaths(features: readonly Feature[]): readonly string[] {
  return features.includes('nesting') ? [] : ['/proc/sysrq-trigger'];
}
