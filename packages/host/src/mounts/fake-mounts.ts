import { SystemError } from '../syscalls/system-error.ts';
import type {
  BindMount,
  MountEntry,
  Mounts,
  MountUser,
  OverlayMount,
  TmpfsMount,
  UnmountOptions,
} from './mounts.ts';

/** Mounts nothing: keeps a table of what would be mounted. */
export class FakeMounts implements Mounts {
  readonly overlays: OverlayMount[] = [];
  readonly binds: BindMount[] = [];
  readonly isolated = new Set<string>();
  /** Targets that a plain unmount finds in use. */
  readonly busy = new Set<string>();
  readonly #table: MountEntry[] = [];

  /** The next overlay or bind fails with this. */
  failure: Error | null = null;

  async overlay(mount: OverlayMount): Promise<void> {
    this.#attach({ target: mount.target, type: 'overlay', source: 'insula', root: '/' });
    this.overlays.push(mount);
  }

  async bind(mount: BindMount): Promise<void> {
    this.#attach({ target: mount.target, type: 'bind', source: mount.source, root: mount.source });
    this.binds.push(mount);
  }

  async tmpfs(mount: TmpfsMount): Promise<void> {
    this.#attach({ target: mount.target, type: 'tmpfs', source: 'insula', root: '/' });
  }

  async isolate(dir: string): Promise<void> {
    if (!this.isolated.has(dir)) this.#attach({ target: dir, type: 'bind', source: dir, root: dir });
    this.isolated.add(dir);
  }

  async unmount(target: string, options: UnmountOptions = {}): Promise<void> {
    if (this.busy.has(target) && options.detach !== true) {
      throw new SystemError({ code: 'EBUSY', errno: 16, syscall: 'umount2', path: target });
    }
    this.isolated.delete(target);
    const kept = this.#table.filter((entry) => entry.target !== target);
    this.#table.splice(0, this.#table.length, ...kept);
  }

  async usersOf(target: string): Promise<readonly MountUser[]> {
    return this.busy.has(target) ? [{ pid: 4711, command: 'backup' }] : [];
  }

  async isMounted(target: string): Promise<boolean> {
    return this.#table.some((entry) => entry.target === target);
  }

  async mountsBelow(dir: string): Promise<readonly MountEntry[]> {
    return this.#table.filter((entry) => entry.target === dir || entry.target.startsWith(`${dir}/`));
  }

  #attach(entry: MountEntry): void {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    this.#table.push(entry);
  }
}
