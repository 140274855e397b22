import { access } from 'node:fs/promises';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandOptions, CommandRunner } from '../commands/command-runner.ts';
import { watchLines } from '../commands/line-watch.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import type { LinkInfo, LinkListener, Links, LinksOptions, NamespaceHolder, RouteInfo } from './links.ts';

interface IpLink {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address?: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly linkinfo?: { readonly info_kind?: string };
}

interface IpRoute {
  readonly dst: string;
  readonly dev?: string;
  readonly gateway?: string;
  readonly protocol?: string;
}

/**
 * Enters only a network namespace. `ip netns exec` would also take a new mount namespace and mount another sysfs over
 * /sys, which hides the control groups.
 */
const enter = (place: NamespaceHolder): readonly string[] => [
  'nsenter',
  `--net=${typeof place === 'number' ? `/proc/${place}/ns/net` : place}`,
  '--',
];

const withSignal = (options: LinksOptions): CommandOptions =>
  options.signal === undefined ? {} : { signal: options.signal };

/** Directories of /proc/sys/net/ipv4/conf that are no devices. */
const notDevices = ['all', 'default'];

/** iproute2. */
export class LinuxLinks implements Links {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async batch(lines: readonly string[], options: LinksOptions = {}): Promise<void> {
    await this.#batch(['ip'], lines, options);
  }

  async batchInside(
    place: NamespaceHolder,
    lines: readonly string[],
    options: LinksOptions = {},
  ): Promise<void> {
    await this.#batch([...enter(place), 'ip'], lines, options);
  }

  async bridgeBatch(lines: readonly string[], options: LinksOptions = {}): Promise<void> {
    await this.#batch(['bridge'], lines, options);
  }

  async bringHere(
    place: NamespaceHolder,
    { from, to }: { readonly from: string; readonly to: string },
    options: LinksOptions = {},
  ): Promise<void> {
    // this process is known by its number there too: only the network namespace is another one
    await this.batchInside(place, [`link set dev ${from} netns ${process.pid} name ${to}`], options);
  }

  async linkExists(name: string): Promise<boolean> {
    if (name === '' || name.includes('/') || name === '.' || name === '..' || notDevices.includes(name))
      return false;
    try {
      // /proc/sys/net is that of the reader's network namespace; /sys/class/net that of whoever mounted /sys
      await access(`/proc/sys/net/ipv4/conf/${name}`);
      return true;
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return false;
      throw error;
    }
  }

  async watch(listener: LinkListener): Promise<{ close(): void }> {
    return await watchLines(this.#commands, ['ip', '-o', 'monitor', 'link', 'address'], listener);
  }

  async list(options: LinksOptions = {}): Promise<readonly LinkInfo[]> {
    return await this.#list([], options);
  }

  async listInside(place: NamespaceHolder, options: LinksOptions = {}): Promise<readonly LinkInfo[]> {
    return await this.#list(enter(place), options);
  }

  async routes(
    options: LinksOptions & { readonly family?: 4 | 6; readonly device?: string } = {},
  ): Promise<readonly RouteInfo[]> {
    const device = options.device === undefined ? [] : ['dev', options.device];
    const argv = ['ip', '-json', `-${options.family ?? 4}`, 'route', 'show', ...device];
    const routes = await this.#json<IpRoute>(argv, options);
    return routes.map((route) => ({
      destination: route.dst,
      // iproute2 leaves out the device it was asked for
      device: route.dev ?? options.device ?? null,
      gateway: route.gateway ?? null,
      protocol: route.protocol ?? null,
    }));
  }

  async #batch(program: readonly string[], lines: readonly string[], options: LinksOptions): Promise<void> {
    if (lines.length === 0) return;
    const broken = lines.find((line) => line.includes('\n'));
    if (broken !== undefined) throw new TypeError(`${JSON.stringify(broken)} is more than one line`);
    const stdin = `${lines.join('\n')}\n`;
    try {
      await this.#commands.run([...program, '-batch', '-'], { ...withSignal(options), stdin });
    } catch (error) {
      throw namingTheLine(error, lines);
    }
  }

  async #list(prefix: readonly string[], options: LinksOptions): Promise<readonly LinkInfo[]> {
    const links = await this.#json<IpLink>([...prefix, 'ip', '-json', '-details', 'link', 'show'], options);
    return links.map((link) => ({
      name: link.ifname,
      index: link.ifindex,
      mac: link.address ?? null,
      mtu: link.mtu,
      isUp: link.flags.includes('UP'),
      kind: link.linkinfo?.info_kind ?? null,
      master: link.master ?? null,
    }));
  }

  async #json<T>(argv: readonly string[], options: LinksOptions): Promise<readonly T[]> {
    const { stdout } = await this.#commands.run(argv, withSignal(options));
    // an empty list is an empty output in some versions
    return stdout.trim() === '' ? [] : (JSON.parse(stdout) as readonly T[]);
  }
}

/** iproute2 ends its complaint with 'Command failed -:3', the third line: put the line itself there. */
export const namingTheLine = (error: unknown, lines: readonly string[]): unknown => {
  if (!(error instanceof CommandFailed)) return error;
  const number = /Command failed -:(\d+)/.exec(error.stderr)?.[1];
  const line = number === undefined ? undefined : lines[Number(number) - 1];
  if (line === undefined) return error;
  return error.withStderr(`${error.stderr.trimEnd()} (${line})\n`);
};
