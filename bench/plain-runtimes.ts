import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unifiedHierarchy } from '../tests/harness/cgroup-trees.ts';
import { criuDir } from '../tests/harness/criu.ts';
import type { BenchNode } from './bench-node.ts';

const plainGroup = '/insula-bench-plain';

/** The same VE under bare tools: its root mounted by Insula, everything else left to them. */
export class PlainRuntimes {
  readonly #dir: string;
  readonly #runcRoot: string;
  #mounted = '';
  #idBase = 0;
  /** What stood in /etc/subuid and /etc/subgid: newuidmap lets LXC use only ids that stand there. */
  readonly #idFiles = new Map<string, string>();

  constructor(node: BenchNode) {
    this.#dir = `${node.dir}/plain`;
    this.#runcRoot = `${node.dir}/plain-runc`;
  }

  /** Takes over the OCI configuration of a running VE, stops it and leaves its root mounted. */
  async takeOver(node: BenchNode, ve: { readonly uuid: string; readonly idBase: number }): Promise<void> {
    const bundle = `${node.run}/ve/${ve.uuid}/bundle/config.json`;
    const config = JSON.parse(readFileSync(bundle, 'utf8')) as {
      annotations?: unknown;
      hooks?: unknown;
      process: { terminal: boolean };
      linux: { cgroupsPath: string };
    };
    await node.change('POST', `/v1/ves/${ve.uuid}/kill`);
    await node.change('POST', `/v1/ves/${ve.uuid}/mount`);
    this.#mounted = `${node.run}/ve/${ve.uuid}/root`;
    // its boot would wait for the network that Insula gave it
    writeFileSync(`${this.#mounted}/etc/network/interfaces`, 'auto lo\niface lo inet loopback\n');
    for (const file of ['/etc/subuid', '/etc/subgid']) {
      this.#idFiles.set(file, existsSync(file) ? readFileSync(file, 'utf8') : '');
      appendFileSync(file, `root:${ve.idBase}:65536\n`);
    }
    delete config.annotations;
    delete config.hooks;
    config.process.terminal = false;
    config.linux.cgroupsPath = plainGroup;
    this.#idBase = ve.idBase;
    mkdirSync(`${this.#dir}/lxc`, { recursive: true });
    writeFileSync(`${this.#dir}/config.json`, JSON.stringify(config));
    writeFileSync(
      `${this.#dir}/lxc.conf`,
      [
        `lxc.rootfs.path = dir:${this.#mounted}`,
        `lxc.idmap = u 0 ${ve.idBase} 65536`,
        `lxc.idmap = g 0 ${ve.idBase} 65536`,
        'lxc.net.0.type = empty',
        'lxc.init.cmd = /sbin/init',
        'lxc.mount.auto = proc:rw sys:ro cgroup:rw',
        'lxc.apparmor.profile = unconfined',
        'lxc.uts.name = bench',
        '',
      ].join('\n'),
    );
  }

  /** Until its init is the program of the system, as a start of a VE does. */
  async runcStart(): Promise<void> {
    this.#delegateGroup();
    const pidFile = `${this.#dir}/pid`;
    const run = ['run', '--detach', '--pid-file', pidFile, '--bundle', this.#dir, 'plain'];
    this.#quietly('runc', ['--root', this.#runcRoot, ...run]);
    const init = `/proc/${readFileSync(pidFile, 'utf8')}`;
    while (statSync(`${init}/exe`).dev !== statSync(`${init}/root`).dev) await sleep(0.2);
  }

  async runcEnd(): Promise<void> {
    this.#quietly('runc', ['--root', this.#runcRoot, 'delete', '--force', 'plain']);
  }

  runcPid(): number {
    const state = execFileSync('runc', ['--root', this.#runcRoot, 'state', 'plain'], { encoding: 'utf8' });
    return (JSON.parse(state) as { readonly pid: number }).pid;
  }

  /**
   * Saves the container's processes, which ends them. runc alone cannot bring a system back: its groups are gone, and what systemd
   * watches in them.
   */
  runcSave(): void {
    const images = ['--image-path', `${this.#dir}/images`, '--work-path', `${this.#dir}/work`];
    rmSync(`${this.#dir}/images`, { recursive: true, force: true });
    const runc = ['--root', this.#runcRoot, 'checkpoint', ...images];
    this.#quietly('runc', [
      ...runc,
      ...['--tcp-established', '--file-locks', '--ext-unix-sk', '--manage-cgroups-mode', 'soft', 'plain'],
    ]);
  }

  async until(init: number, command: string): Promise<void> {
    const nsenter = ['--target', String(init), '--all', '--', 'sh', '-c', command];
    for (let tries = 0; tries < 600; tries += 1) {
      if (spawnSync('nsenter', nsenter, { stdio: 'ignore' }).status === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${command} did not come true`);
  }

  /** systemd wants a group of cgroup v2 that is its own; runc takes the one that is there, and removes it in the end. */
  #delegateGroup(): void {
    const path = unifiedHierarchy() + plainGroup;
    mkdirSync(path, { recursive: true });
    for (const name of ['', '/cgroup.procs', '/cgroup.threads', '/cgroup.subtree_control'])
      chownSync(path + name, this.#idBase, this.#idBase);
  }

  /** False when LXC cannot run on this host at all. */
  get hasLxc(): boolean {
    return spawnSync('lxc-start', ['--version']).status === 0;
  }

  async lxcStart(): Promise<void> {
    this.#quietly('lxc-start', ['-P', `${this.#dir}/lxc`, '-n', 'plain', '-f', `${this.#dir}/lxc.conf`]);
  }

  async lxcEnd(): Promise<void> {
    this.#quietly('lxc-stop', ['-P', `${this.#dir}/lxc`, '-n', 'plain', '-k']);
  }

  runcExec(...command: readonly string[]): void {
    this.#quietly('runc', ['--root', this.#runcRoot, 'exec', 'plain', ...command]);
  }

  remove(): void {
    for (const [file, text] of this.#idFiles) writeFileSync(file, text);
    rmSync(this.#dir, { recursive: true, force: true });
    // LXC keeps locks of containers there, by their path
    rmSync(`/run/lxc/lock${dirname(this.#dir)}`, { recursive: true, force: true });
  }

  #quietly(program: string, args: readonly string[]): void {
    // runc calls the CRIU that it finds
    const env = { ...process.env, PATH: `${criuDir}:${process.env['PATH'] ?? ''}` };
    execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
}
