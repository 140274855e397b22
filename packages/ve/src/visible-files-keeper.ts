import type { GuestMounts, Host } from '@insula/host';
import type { VeRegistry } from './registry.ts';

export interface VisibleFilesPorts extends Pick<Host, 'files'> {
  readonly guestMounts: GuestMounts;
  readonly registry: Pick<VeRegistry, 'list'>;
  /** Where lxcfs is mounted. */
  readonly lxcfs: string;
  readonly log: (line: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Milliseconds between looks at lxcfs: one file of /proc while nothing has happened. */
const interval = 5_000;

/**
 * Gives VEs the files of an lxcfs that was started again: those of the one before answer nothing any more. Only what a VE had from
 * lxcfs is replaced: its checkpoints count on just those mounts.
 */
export class VisibleFilesKeeper {
  readonly #ports: VisibleFilesPorts;
  #timer: NodeJS.Timeout | undefined;
  #seen: string | null = null;

  constructor(ports: VisibleFilesPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), interval);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Repairs what there is to repair. Never throws: the next look tries again. */
  async look(): Promise<void> {
    const { files, guestMounts, lxcfs, registry, log } = this.#ports;
    try {
      const device = await this.#device();
      if (device === null || device === this.#seen) return;
      if (!(await files.exists(`${lxcfs}/proc/meminfo`).catch(() => false))) return;
      for (const { spec, runtime } of registry.list()) {
        if (runtime.init === null) continue;
        const dead = (await guestMounts.list(runtime.init.pid)).filter(
          (mount) => mount.type === 'fuse.lxcfs' && mount.device !== device,
        );
        if (dead.length === 0) continue;
        await guestMounts.rebind(
          runtime.init.pid,
          dead.map(({ target }) => ({ source: `${lxcfs}${target}`, target })),
        );
        log('a VE sees its own memory and processors again', { ve: spec.name });
      }
      this.#seen = device;
    } catch (error) {
      log('a VE cannot be given the files of lxcfs', { problem: String(error) });
    }
  }

  /** Which lxcfs is mounted, as `MAJOR:MINOR`; null when none is. */
  async #device(): Promise<string | null> {
    const own = await this.#ports.guestMounts.list(process.pid);
    return (
      own.findLast(({ target, type }) => target === this.#ports.lxcfs && type === 'fuse.lxcfs')?.device ??
      null
    );
  }
}
