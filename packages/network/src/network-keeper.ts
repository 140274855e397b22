import { isDeepStrictEqual } from 'node:util';
import type { Host } from '@insula/host';
import type { AddressPool } from './addresses/address-pool.ts';
import { compileProxies } from './compile-links.ts';
import { rejoin } from './interfaces/attachment.ts';
import { bridged, portName } from './interfaces/interface.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import type { Ruleset } from './ruleset.ts';
import { allowProxies, announce, isVeLink, uplinksOf } from './uplinks.ts';
import type { VeLink } from './ve-link.ts';

export interface KeeperPorts extends Pick<Host, 'links' | 'neighbours' | 'nftables' | 'sysctls'> {
  readonly config: NetworkConfig;
  readonly pools: readonly AddressPool[];
  readonly ruleset: Ruleset;
  /** VEs that should have a link: they run, and no operation is at them. */
  readonly running: () => readonly Pick<VeLink, 'uuid' | 'ctid' | 'interfaces'>[];
  /** Every VE as its spec has it now, and whether an operation is at it. */
  readonly specified: () => readonly { readonly link: VeLink; readonly isHeld: boolean }[];
  /** Gives a VE its links again. */
  readonly reconnect: (uuid: string) => Promise<unknown>;
  readonly log: (line: string, details: Record<string, unknown>) => void;
}

type Task = 'bindings' | 'links' | 'ports' | 'rules' | 'uplinks';

/** Milliseconds that changes are gathered. */
const gathering = 200;

/**
 * Keeps the node's network as it should be when somebody else changes it: makes rules again that were flushed, links again that
 * were deleted, and answers for addresses of VEs on networks that come up later.
 */
export class NetworkKeeper {
  readonly #ports: KeeperPorts;
  readonly #watches: { close(): void }[] = [];
  readonly #due = new Set<Task>();
  #timer: NodeJS.Timeout | undefined;
  #cutOff: ReadonlySet<string> = new Set();
  #isStopped = false;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  async start(): Promise<void> {
    const { links, nftables, config } = this.#ports;
    this.#watches.push(
      await links.watch({
        onLine: (line) => {
          const device = /^(?:Deleted )?\d+: ([^\s:@]+)/.exec(line)?.[1] ?? '';
          if (config.network.attachable.bridges.includes(device)) this.#plan('links', 'ports');
          if (!isVeLink(config, device)) this.#plan('uplinks');
          else if (line.startsWith('Deleted ')) this.#plan('links');
          else if (this.#isCutOff(line, device)) this.#plan('ports');
        },
        onGap: () => this.#plan('links', 'ports', 'uplinks'),
      }),
      await nftables.watchDeletions(() => this.#plan('rules')),
    );
    this.#plan('bindings', 'links', 'ports');
  }

  /** To be called when a VE has another spec. */
  specChanged(): void {
    this.#plan('bindings');
  }

  /** Ports that are joined to nothing, since their bridge was removed. */
  get cutOff(): ReadonlySet<string> {
    return this.#cutOff;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const watch of this.#watches) watch.close();
  }

  #plan(...what: readonly Task[]): void {
    for (const one of what) this.#due.add(one);
    this.#timer ??= setTimeout(() => void this.#look(), gathering).unref();
  }

  async #look(): Promise<void> {
    const due = new Set(this.#due);
    this.#due.clear();
    this.#timer = undefined;
    const work = {
      bindings: async () => await this.#repairBindings(),
      links: async () => await this.#repairLinks(),
      ports: async () => await this.#repairPorts(),
      rules: async () => await this.#repairRules(),
      uplinks: async () => await this.#repairUplinks(),
    };
    for (const what of due) {
      if (this.#isStopped) return;
      try {
        await work[what]();
      } catch (error) {
        this.#ports.log('the network cannot be repaired', { what, problem: (error as Error).message });
      }
    }
  }

  async #repairRules(): Promise<void> {
    const { ruleset, log } = this.#ports;
    if (await ruleset.isWhole({})) return;
    log('rules of the network were deleted by somebody: they are made again', {});
    await ruleset.make();
  }

  /**
   * A daemon that comes up binds VEs by their specs, before it takes back a change that its predecessor died of: what that change had
   * added must not stay allowed.
   */
  async #repairBindings(): Promise<void> {
    const { ruleset, specified } = this.#ports;
    const wanted = new Map(specified().map((ve) => [ve.link.ctid, ve]));
    for (const bound of ruleset.bound) {
      const ve = wanted.get(bound.ctid);
      if (ve === undefined || isDeepStrictEqual(bound, ve.link)) continue;
      if (ve.isHeld) this.#plan('bindings');
      else await ruleset.rebind(bound, ve.link, {});
    }
  }

  async #repairLinks(): Promise<void> {
    const { links, config, running, reconnect, log } = this.#ports;
    for (const { uuid, ctid, interfaces } of running()) {
      const names = [
        hostLinkName(config, ctid),
        ...bridged(interfaces).map((one) => portName(config, ctid, one)),
      ];
      const here = await Promise.all(names.map(async (name) => await links.linkExists(name)));
      const missing = names.filter((_name, index) => here[index] === false);
      if (missing.length === 0) continue;
      log('links of a VE were deleted by somebody: they are made again', { ctid, missing });
      await reconnect(uuid);
    }
  }

  /** Ports stay when their bridge is removed, and are joined to the next one of that name. */
  async #repairPorts(): Promise<void> {
    const { links, config, running, log } = this.#ports;
    const wanted = running().flatMap((ve) =>
      bridged(ve.interfaces).map((one) => ({ ve, one, port: portName(config, ve.ctid, one) })),
    );
    const present = wanted.length === 0 ? [] : await links.list();
    const cutOff = new Set<string>();
    for (const { ve, one, port } of wanted) {
      const link = present.find(({ name }) => name === port);
      if (link === undefined || link.master === one.device) continue;
      const details = { ctid: ve.ctid, interface: one.name, bridge: one.device };
      if (present.some(({ name, kind }) => name === one.device && kind === 'bridge')) {
        await rejoin(this.#ports, ve, one);
        log('an interface of a VE is joined to its bridge again', details);
        continue;
      }
      if (!this.#cutOff.has(port))
        log('the bridge of a VE was removed by somebody: its interface is cut off until it is back', details);
      cutOff.add(port);
    }
    this.#cutOff = cutOff;
  }

  /** A line about a port that names no bridge. */
  #isCutOff(line: string, device: string): boolean {
    return /n\d+$/.test(device) && !/ master \S+/.test(line) && line.includes(' mtu ');
  }

  async #repairUplinks(): Promise<void> {
    const { links, pools, ruleset, log } = this.#ports;
    const uplinks = uplinksOf(
      this.#ports,
      pools,
      ruleset.bound.flatMap(({ addresses }) => addresses),
    );
    if (uplinks.length === 0) return;
    await allowProxies(this.#ports, uplinks);
    await links.batch(compileProxies(uplinks));
    await announce(this.#ports, uplinks, (line) => log(line, {}));
  }
}
