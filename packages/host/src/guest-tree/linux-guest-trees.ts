import { closeSync, constants, openSync } from 'node:fs';
import { openPath } from '../syscalls/path-calls.ts';
import type { GuestTree, GuestTrees } from './guest-tree.ts';
import { LinuxGuestTree } from './linux-guest-tree.ts';

/** Trees of VEs by openat2(2). */
export class LinuxGuestTrees implements GuestTrees {
  async within<T>(root: string, use: (tree: GuestTree) => Promise<T>): Promise<T> {
    const rootFd = openSync(root, openPath | constants.O_DIRECTORY);
    try {
      return await use(new LinuxGuestTree(rootFd));
    } finally {
      closeSync(rootFd);
    }
  }
}
