import type { GuestMount, GuestMounts, Rebinding } from './guest-mounts.ts';

/** Mounts of VEs by the pid of their init; what is rebound has the device `0:99`. */
export class FakeGuestMounts implements GuestMounts {
  readonly mounts = new Map<number, readonly GuestMount[]>();
  readonly rebound: (readonly [init: number, targets: readonly string[]])[] = [];

  async list(init: number): Promise<readonly GuestMount[]> {
    return this.mounts.get(init) ?? [];
  }

  async rebind(init: number, rebindings: readonly Rebinding[]): Promise<void> {
    const targets = rebindings.map(({ target }) => target);
    this.rebound.push([init, targets]);
    const mounts = this.mounts.get(init) ?? [];
    this.mounts.set(
      init,
      mounts.map((mount) => (targets.includes(mount.target) ? { ...mount, device: '0:99' } : mount)),
    );
  }
}
