import { closeSync, constants } from 'node:fs';
import { basename, dirname, resolve as resolvePath } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  attachMount,
  cloneMount,
  configureString,
  createFileSystem,
  makeMountPrivate,
  mountAttribute,
  mountFileSystem,
  openFileSystem,
  setMountAttributes,
  unmountFlag,
  unmountPath,
} from '../syscalls/mount-calls.ts';
import { currentDirectory, openBelow, openPath, resolve, withDescriptor } from '../syscalls/path-calls.ts';
import { hasErrorCode, type SystemError } from '../syscalls/system-error.ts';
import type { IdRange, UserNamespaces } from '../user-namespaces/user-namespaces.ts';
import { mountsBelow } from './mount-table.ts';
import { usersBelow } from './mount-users.ts';
import type {
  BindMount,
  MountEntry,
  Mounts,
  MountUser,
  OverlayMount,
  TmpfsMount,
  UnmountOptions,
} from './mounts.ts';
import { assembleOverlay, type OverlayStrategy, overlayStrategies } from './overlay-assembly.ts';

/** Milliseconds from one try to unmount what is in use to the next. */
const busyPause = 50;

/** More mounts than anybody stacks at one path; ends the loop should the kernel never say that none is left. */
const maxStacked = 1_000;

/**
 * How a kernel refuses a way of mounting that it does not know: a parameter by descriptor 6.1 with EOPNOTSUPP and 6.12 with EBADF,
 * a parameter per layer 6.1 with EINVAL.
 */
const notKnown = ['EINVAL', 'EOPNOTSUPP', 'EBADF', 'ENOSYS'];

export interface LinuxMountsOptions {
  /** Ways to assemble an overlay, tried in order until one is not refused as unknown to the kernel. */
  readonly strategies?: readonly OverlayStrategy[];
}

/** Mounts by the mount interface of Linux 5.12 (open_tree, mount_setattr, move_mount), without running mount(8). */
export class LinuxMounts implements Mounts {
  readonly #userNamespaces: UserNamespaces;
  #strategies: readonly OverlayStrategy[];

  constructor(ports: { readonly userNamespaces: UserNamespaces }, options: LinuxMountsOptions = {}) {
    this.#userNamespaces = ports.userNamespaces;
    this.#strategies = options.strategies ?? overlayStrategies;
  }

  async overlay(mount: OverlayMount): Promise<void> {
    await this.#withIdmap(mount.idmap, async (userNamespace) => {
      let refusal: unknown;
      for (const strategy of this.#strategies) {
        try {
          await assembleOverlay(mount, strategy, userNamespace);
          // the kernel does not change: what worked once is tried first from now on
          this.#strategies = [strategy, ...this.#strategies.filter((other) => other !== strategy)];
          return;
        } catch (error) {
          if (!hasErrorCode(error, ...notKnown)) throw error;
          refusal = moreTelling(refusal, error);
        }
      }
      throw refusal;
    });
  }

  async bind(mount: BindMount): Promise<void> {
    const recursive = mount.recursive ?? false;
    const set =
      (mount.readOnly === true ? mountAttribute.readOnly : 0) |
      (mount.noSuid === true ? mountAttribute.noSuid : 0) |
      (mount.noDev === true ? mountAttribute.noDev : 0) |
      (mount.noExec === true ? mountAttribute.noExec : 0);
    await this.#withIdmap(mount.idmap, async (userNamespace) => {
      await withDescriptor(await cloneMount(mount.source, { recursive }), async (fd) => {
        if (set !== 0) await setMountAttributes(fd, { set, recursive }, mount.source);
        if (userNamespace !== null) {
          await setMountAttributes(fd, { set: mountAttribute.idmap, userNamespace }, mount.source);
        }
        await attachMount(fd, mount.target);
        await setMountAttributes(fd, { makePrivate: true, recursive }, mount.target);
      });
    });
  }

  async tmpfs(mount: TmpfsMount): Promise<void> {
    await withDescriptor(openFileSystem('tmpfs'), async (contextFd) => {
      configureString(contextFd, 'source', 'insula');
      if (mount.sizeBytes !== undefined) configureString(contextFd, 'size', String(mount.sizeBytes));
      configureString(contextFd, 'mode', (mount.mode ?? 0o755).toString(8));
      await createFileSystem(contextFd, mount.target);
      await withDescriptor(
        await mountFileSystem(contextFd, mountAttribute.noSuid | mountAttribute.noDev),
        async (fd) => {
          await attachMount(fd, mount.target);
          await setMountAttributes(fd, { makePrivate: true }, mount.target);
        },
      );
    });
  }

  async isolate(dir: string): Promise<void> {
    if (!(await this.isMounted(dir))) await this.bind({ source: dir, target: dir, recursive: true });
    await makeMountPrivate(dir);
  }

  async unmount(target: string, options: UnmountOptions = {}): Promise<void> {
    const { detach = false, patience = 0, signal } = options;
    const flags = unmountFlag.noFollow | (detach ? unmountFlag.detach : 0);
    const until = performance.now() + patience;
    for (let count = 0; count < maxStacked; ) {
      try {
        await unmountPath(target, flags);
        count += 1;
      } catch (error) {
        // no mount point (any more), or gone with its directory
        if (hasErrorCode(error, 'EINVAL', 'ENOENT', 'ENOTDIR')) return;
        if (!hasErrorCode(error, 'EBUSY') || performance.now() >= until) throw error;
        // the kernel tells nobody when a mount is out of use
        await sleep(busyPause, undefined, signal === undefined ? {} : { signal });
      }
    }
  }

  async usersOf(target: string): Promise<readonly MountUser[]> {
    return await usersBelow(target);
  }

  async isMounted(target: string): Promise<boolean> {
    const path = resolvePath(target);
    if (path === '/') return true;
    let parentFd: number;
    try {
      parentFd = openBelow(currentDirectory, dirname(path), { flags: openPath | constants.O_DIRECTORY });
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    }
    try {
      // the kernel refuses this step exactly when something is mounted there
      closeSync(
        openBelow(parentFd, basename(path), {
          flags: openPath | constants.O_NOFOLLOW,
          resolve: resolve.noCrossMount,
        }),
      );
      return false;
    } catch (error) {
      if (hasErrorCode(error, 'EXDEV')) return true;
      if (hasErrorCode(error, 'ENOENT', 'ENOTDIR')) return false;
      throw error;
    } finally {
      closeSync(parentFd);
    }
  }

  async mountsBelow(dir: string): Promise<readonly MountEntry[]> {
    return await mountsBelow(dir);
  }

  async #withIdmap(range: IdRange | undefined, use: (fd: number | null) => Promise<void>): Promise<void> {
    if (range === undefined) await use(null);
    else await this.#userNamespaces.withIdmapNamespace(range, use);
  }
}

/** Of two refusals the one in which the kernel says why. */
const moreTelling = (earlier: unknown, later: unknown): unknown => {
  if (!(earlier instanceof Error) || !(later instanceof Error)) return earlier ?? later;
  return later.message.length > earlier.message.length ? later : (earlier as SystemError);
};
