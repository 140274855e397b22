import { access, readFile } from 'node:fs/promises';
import { cpus, machine, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Cgroups } from '../cgroups/cgroups.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import { readMountLines } from '../mounts/mount-table.ts';
import type { Mounts } from '../mounts/mounts.ts';
import type { Sysctls } from '../sysctls/sysctls.ts';
import type { UserNamespaces } from '../user-namespaces/user-namespaces.ts';
import type { GatherFacts, HostFacts, HostProbe } from './host-facts.ts';
import { parseOsRelease } from './os-release.ts';
import { probeOverlay } from './overlay-probe.ts';
import { probeCriu, probeTool, succeeds } from './tool-probe.ts';

interface ProbePorts {
  readonly commands: CommandRunner;
  readonly userNamespaces: UserNamespaces;
  readonly mounts: Mounts;
  readonly cgroups: Cgroups;
  readonly sysctls: Sysctls;
}

const readOrEmpty = async (path: string): Promise<string> => await readFile(path, 'utf8').catch(() => '');

const exists = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );

/** Bytes of a line of /proc/meminfo, which counts in KiB. */
const memoryLine = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1_024;

/** Looks at this machine by its files and, where only trying tells, by trying in namespaces and directories of its own. */
export class LinuxHostProbe implements HostProbe {
  readonly #ports: ProbePorts;

  constructor(ports: ProbePorts) {
    this.#ports = ports;
  }

  async gather(wanted: GatherFacts): Promise<HostFacts> {
    const { commands, cgroups, mounts } = this.#ports;
    const options = { signal: wanted.signal };
    const [osRelease, memory, securityModules, smaps] = await Promise.all([
      readOrEmpty('/etc/os-release').then(parseOsRelease),
      readOrEmpty('/proc/meminfo'),
      readOrEmpty('/sys/kernel/security/lsm'),
      readOrEmpty('/proc/self/smaps'),
    ]);
    const values = await Promise.all(
      wanted.sysctls.map(async (name) => [name, await this.#sysctl(name)] as const),
    );
    return {
      kernelRelease: release(),
      architecture: machine(),
      distribution: {
        title: osRelease['PRETTY_NAME'] ?? 'unknown',
        id: osRelease['ID'] ?? 'linux',
        version: osRelease['VERSION_ID'] ?? '',
      },
      cpus: cpus().length,
      memoryBytes: totalmem(),
      swapBytes: memoryLine(memory, 'SwapTotal'),
      // sd_booted(3)
      systemdIsInit: await exists('/run/systemd/system'),
      cgroups: await cgroups.describe(),
      overlay: await probeOverlay(mounts, wanted.scratchDir ?? tmpdir()),
      userNamespaces: await this.#hasUserNamespaces(),
      seccomp: await exists('/proc/sys/kernel/seccomp/actions_avail'),
      nftables: await succeeds(commands, ['nft', 'list', 'tables'], options),
      veth: await this.#canMakeLink('veth', options),
      bridge: await this.#canMakeLink('bridge', options),
      btrfs: await this.#hasFileSystem('btrfs', options),
      // the kernel flags mappings as soft-dirty ('sd') from their birth when it tracks that at all
      softDirty: /^VmFlags:.* sd\b/m.test(smaps),
      lxcfsMount: await this.#lxcfsMount(options),
      securityModules: securityModules
        .trim()
        .split(',')
        .filter((name) => name !== ''),
      tools: await Promise.all(wanted.tools.map(async (name) => await probeTool(commands, name, options))),
      criu: await probeCriu(commands, wanted.criu ?? 'criu', options),
      sysctls: Object.fromEntries(values),
    };
  }

  async #sysctl(name: string): Promise<string | null> {
    return await this.#ports.sysctls.read(name).catch(() => null);
  }

  async #hasUserNamespaces(): Promise<boolean> {
    const range = { base: 2_000_000_000, count: 65_536 };
    return await this.#ports.userNamespaces.withIdmapNamespace(range, async () => true).catch(() => false);
  }

  /** Tries in a network namespace that goes with the command. */
  async #canMakeLink(kind: string, options: { readonly signal: AbortSignal | undefined }): Promise<boolean> {
    const argv = ['unshare', '--net', '--', 'ip', '-batch', '-'];
    return await succeeds(this.#ports.commands, argv, { ...options, stdin: `link add try0 type ${kind}\n` });
  }

  async #hasFileSystem(
    name: string,
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<boolean> {
    const known = (await readOrEmpty('/proc/filesystems'))
      .split('\n')
      .some((line) => line.endsWith(`\t${name}`));
    // a module that is not loaded yet
    return known || (await succeeds(this.#ports.commands, ['modinfo', name], options));
  }

  async #lxcfsMount(options: { readonly signal: AbortSignal | undefined }): Promise<string | null> {
    const mount = (await readMountLines()).find((line) => line.type === 'fuse.lxcfs');
    if (mount === undefined) return null;
    // read by another process: a dead FUSE daemon may never answer
    const argv = ['head', '--bytes=1', join(mount.target, 'proc/uptime')];
    return (await succeeds(this.#ports.commands, argv, options)) ? mount.target : null;
  }
}
