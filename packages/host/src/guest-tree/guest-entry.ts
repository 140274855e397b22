import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, type Stats } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { descriptorPath, openBelow, openPath, resolve } from '../syscalls/path-calls.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';

/** Facts about an entry of a directory held by descriptor, links not followed. */
export const statEntry = (parentFd: number, name: string): Stats | null => {
  try {
    const fd = openBelow(parentFd, name, {
      flags: openPath | constants.O_NOFOLLOW,
      resolve: resolve.beneath,
    });
    try {
      return fstatSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return null;
    throw error;
  }
};

/** Makes an entry under a name nobody knows and renames it into place; `make` gets its path. */
export const replaceEntry = async (
  parentFd: number,
  name: string,
  make: (temporary: string) => Promise<void>,
): Promise<void> => {
  const parent = descriptorPath(parentFd);
  const temporary = `${parent}/.insula-${randomBytes(8).toString('hex')}`;
  try {
    await make(temporary);
    await rename(temporary, `${parent}/${name}`);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};
