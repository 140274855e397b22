import { existsSync, readFileSync } from 'node:fs';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandOptions, CommandRunner } from '../commands/command-runner.ts';
import type { GuestLinkFacts, GuestNetwork, GuestNetworkScript, GuestNetworks } from './guest-networks.ts';

interface IpAddress {
  readonly ifname: string;
  readonly ifindex: number;
  readonly address?: string;
  readonly master?: string;
  readonly link?: string | null;
  readonly flags: readonly string[];
  readonly mtu: number;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: Readonly<Record<string, unknown>> };
  readonly addr_info?: readonly {
    readonly family: 'inet' | 'inet6';
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
    readonly label?: string;
    readonly dynamic?: boolean;
    readonly protocol?: string;
  }[];
}

interface Options {
  readonly signal?: AbortSignal;
}

const families = ['4', '6'] as const;
const legacySave = { '4': 'iptables-legacy-save', '6': 'ip6tables-legacy-save' } as const;
const legacyRestore = { '4': 'iptables-legacy-restore', '6': 'ip6tables-legacy-restore' } as const;
const legacyNames = { '4': 'ip_tables_names', '6': 'ip6_tables_names' } as const;

const enter = (pid: number): readonly string[] => ['nsenter', `--net=/proc/${pid}/ns/net`, '--'];
const linesOf = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));

/** iproute2, nft, iptables and sysctl, each in the network namespace of a process. */
export class LinuxGuestNetworks implements GuestNetworks {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async read(pid: number, options: Options = {}): Promise<GuestNetwork> {
    const ask = async (...argv: readonly string[]): Promise<string> =>
      (await this.#commands.run([...enter(pid), ...argv], settings(options))).stdout;
    const [links, route4, route6, rule4, rule6, neighbours, ruleset, sysctls, tables4, tables6] =
      await Promise.all([
        ask('ip', '-details', '-json', 'address', 'show'),
        ask('ip', '-4', '-oneline', 'route', 'show', 'table', 'all'),
        ask('ip', '-6', '-oneline', 'route', 'show', 'table', 'all'),
        ask('ip', '-4', 'rule', 'show'),
        ask('ip', '-6', 'rule', 'show'),
        ask('ip', 'neighbour', 'show', 'nud', 'permanent'),
        ask('nft', 'list', 'ruleset'),
        this.#sysctls(pid, options),
        ...families.map(async (family) => await this.#legacyTables(pid, family, options)),
      ]);
    return {
      links: (JSON.parse(links) as readonly IpAddress[]).map(linkFacts),
      routes: { '4': linesOf(route4), '6': linesOf(route6) },
      rules: { '4': linesOf(rule4), '6': linesOf(rule6) },
      neighbours: linesOf(neighbours),
      ruleset,
      sysctls,
      legacyTables: { '4': tables4 ?? '', '6': tables6 ?? '' },
    };
  }

  async apply(pid: number, script: GuestNetworkScript, options: Options = {}): Promise<readonly string[]> {
    const refused: string[] = [];
    const give = async (argv: readonly string[], stdin: string): Promise<void> => {
      if (stdin === '') return;
      try {
        await this.#commands.run([...enter(pid), ...argv], { ...settings(options), stdin });
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        refused.push(`${argv.join(' ')}: ${error.stderr.trim() || error.message}`);
      }
    };
    const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');
    // settings first: some of them, such as disable_ipv6, decide what addresses there can be
    const values = Object.entries(script.sysctls).map(([name, value]) => `${name} = ${value}`);
    await give(['sysctl', '-q', '-e', '-p', '-'], text(values));
    for (const family of families)
      await give(['ip', `-${family}`, '-force', '-batch', '-'], text(script.lines[family]));
    await give(['nft', '-f', '-'], script.ruleset);
    for (const family of families)
      await give([legacyRestore[family], '--counters'], script.legacyTables[family]);
    return refused;
  }

  /** `sysctl -a` says on standard error what root may not read; those are no settings that could be set. */
  async #sysctls(pid: number, options: Options): Promise<Readonly<Record<string, string>>> {
    const argv = [...enter(pid), 'sysctl', '-a', '-e', '--pattern', '^net\\.'];
    const { stdout } = await this.#commands.run(argv, settings(options));
    const pairs = linesOf(stdout).flatMap((line) => {
      const at = line.indexOf(' =');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 2).trim()] as const];
    });
    return Object.fromEntries(pairs);
  }

  /** Asked for only where there are legacy tables: the question alone would make some. */
  async #legacyTables(pid: number, family: '4' | '6', options: Options): Promise<string> {
    const names = `/proc/${pid}/net/${legacyNames[family]}`;
    if (!existsSync(names) || readFileSync(names, 'utf8').trim() === '') return '';
    const { stdout } = await this.#commands.run(
      [...enter(pid), legacySave[family], '--counters'],
      settings(options),
    );
    return stdout;
  }
}

const settings = (options: Options): CommandOptions =>
  options.signal === undefined ? {} : { signal: options.signal };

const linkFacts = (link: IpAddress): GuestLinkFacts => ({
  name: link.ifname,
  kind: link.linkinfo?.info_kind ?? null,
  index: link.ifindex,
  address: link.address ?? null,
  master: link.master ?? null,
  parent: link.link ?? null,
  settings: link.linkinfo?.info_data ?? {},
  isUp: link.flags.includes('UP'),
  mtu: link.mtu,
  addresses: (link.addr_info ?? []).map((address) => ({
    family: address.family,
    local: address.local,
    prefixLength: address.prefixlen,
    scope: address.scope,
    label: address.label ?? null,
    isDynamic: address.dynamic === true || address.protocol?.startsWith('kernel_') === true,
  })),
});
