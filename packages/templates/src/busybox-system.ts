import type { GuestTree } from '@insula/host';

const rootOwner = { uid: 0, gid: 0 } as const;

const directories = [
  'dev',
  'etc',
  'home',
  'mnt',
  'opt',
  'proc',
  'run',
  'srv',
  'sys',
  'usr/bin',
  'usr/sbin',
  'var/log',
  'var/spool',
];

const mergedDirectories = {
  '/bin': 'usr/bin',
  '/sbin': 'usr/sbin',
  '/var/run': '/run',
  '/var/lock': '/run/lock',
} as const;

/** Where the program itself goes; every command is a link to it. */
export const busyboxPath = '/usr/bin/busybox';

/** Makes the skeleton of a system in which every command is busybox, with a link for each of its applets. */
export async function makeBusyboxSystem(tree: GuestTree, applets: readonly string[]): Promise<void> {
  for (const directory of directories) await tree.makeDir(`/${directory}`, rootOwner);
  for (const directory of ['/tmp', '/var/tmp']) await tree.makeDir(directory, { ...rootOwner, mode: 0o1777 });
  await tree.makeDir('/root', { ...rootOwner, mode: 0o700 });
  for (const [path, target] of Object.entries(mergedDirectories)) await tree.symlink(target, path, rootOwner);
  for (const path of applets) await tree.symlink(busyboxPath, path, rootOwner);
}

/** The paths of `busybox --list-full`, absolute; without the program itself and the boot loaders' `linuxrc`. */
export function appletPaths(listing: string): readonly string[] {
  return listing
    .split('\n')
    .filter((line) => /^(?:usr\/)?s?bin\/[^/]+$/.test(line))
    .map((line) => `/${line}`)
    .filter((path) => !path.endsWith('/busybox'));
}
