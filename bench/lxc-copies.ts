import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mountBtrfs, usedBytes } from './btrfs-in-file.ts';
import { output } from './output.ts';

/** Containers of LXC that are snapshots of one of them, on a btrfs of their own in a file. */
export class LxcCopies {
  readonly #dir = mkdtempSync('/tmp/insula-bench-lxc-');
  readonly #pool = `${this.#dir}/pool`;

  /** Makes the one that the others are copies of, from an archive of a root. */
  makeBase(archive: string): void {
    mountBtrfs(`${this.#dir}/pool.img`, this.#pool);
    const [config, template] = [`${this.#dir}/config`, `${this.#dir}/template`];
    writeFileSync(config, 'lxc.net.0.type = empty\nlxc.apparmor.profile = unconfined\n');
    // lxc-create gives options of its own, among them --rootfs=PATH, and then what follows `--`
    const unpack = [
      '#!/bin/sh',
      `for word; do case $word in --rootfs=*) root=\${word#*=} ;; *) archive=$word ;; esac; done`,
      'exec tar --numeric-owner -xpf "$archive" -C "$root"',
      '',
    ];
    writeFileSync(template, unpack.join('\n'), { mode: 0o755 });
    this.#lxc('lxc-create', '-n', 'base', '-B', 'btrfs', '-f', config, '-t', template, '--', archive);
  }

  copy(name: string): void {
    this.#lxc('lxc-copy', '-n', 'base', '-N', name, '-B', 'btrfs', '-s');
  }

  /** Runs a command in the root of a container. */
  async inside(name: string, command: string): Promise<void> {
    await output('chroot', [`${this.#pool}/${name}/rootfs`, 'sh', '-c', command]);
  }

  used(): number {
    return usedBytes(this.#pool);
  }

  remove(): void {
    spawnSync('umount', ['-q', this.#pool]);
    rmSync(this.#dir, { recursive: true, force: true });
    // where LXC keeps locks of containers, by their path
    rmSync(`/run/lxc/lock${this.#dir}`, { recursive: true, force: true });
  }

  #lxc(program: string, ...args: readonly string[]): void {
    execFileSync(program, ['-P', this.#pool, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  }
}
