import { closeSync, constants } from 'node:fs';
import { currentDirectory, descriptorPath, openBelow, openPath, resolve } from '../syscalls/path-calls.ts';

const slash = 0x2f;

/**
 * Calls `use` with a path that leads to a name below a root, through the open folder that holds it: no link on the way is followed,
 * and none can be put there meanwhile. The last part may be a link; it is `use` that must not follow it.
 * @throws SystemError ELOOP when a link stands in the way, EXDEV for another mount
 */
export async function atName<Result>(
  root: string,
  path: Buffer,
  use: (full: Buffer) => Promise<Result>,
): Promise<Result> {
  const flags = openPath | constants.O_DIRECTORY;
  const rootFd = openBelow(currentDirectory, root, { flags });
  try {
    const cut = path.lastIndexOf(slash);
    const name = path.subarray(cut + 1);
    if (path.length === 0) return await use(joined(rootFd, Buffer.from('.')));
    if (cut === -1) return await use(joined(rootFd, name));
    const parentFd = openBelow(rootFd, path.subarray(0, cut), {
      flags,
      resolve: resolve.beneath | resolve.noSymlinks | resolve.noMagicLinks | resolve.noCrossMount,
    });
    try {
      return await use(joined(parentFd, name));
    } finally {
      closeSync(parentFd);
    }
  } finally {
    closeSync(rootFd);
  }
}

const joined = (fd: number, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${descriptorPath(fd)}/`), name]);
