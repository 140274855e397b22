import type { Host } from '@insula/host';
import type { AddressPool } from './addresses/address-pool.ts';
import { compileProxies } from './compile-links.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import type { Ruleset } from './ruleset.ts';
import { allowProxies, announce, isVeLink, uplinksOf } from './uplinks.ts';
import type { VeLink } from './ve-link.ts';

export interface KeeperPorts extends Pick<Host, 'links' | 'neighbours' | 'nftables' | 'sysctls'> {
  readonly config: NetworkConfig;
  readonly pools: readonly AddressPool[];
  readonly ruleset: Ruleset;
  /** VEs that should have a link: they run, and no operation is at them. */
  readonly running: () => readonly Pick<VeLink, 'uuid' | 'ctid'>[];
  /** Gives a VE its link again. */
  readonly reconnect: (uuid: string) => Promise<unknown>;
  readonly log: (line: string, details: Record<string, unknown>) => void;
}

/** Milliseconds that changes are gathered. */
const gathering = 200;

/**
 * Keeps the node's network as it should be when somebody else changes it: makes rules again that were flushed, links again that
 * were deleted, and answers for addresses of VEs on networks that come up later.
 */
export class NetworkKeeper {
  readonly #ports: KeeperPorts;
  readonly #watches: { close(): void }[] = [];
  readonly #due = new Set<'links' | 'rules' | 'uplinks'>();
  #timer: NodeJS.Timeout | undefined;
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
          if (!isVeLink(config, device)) this.#plan('uplinks');
          else if (line.startsWith('Deleted ')) this.#plan('links');
        },
        onGap: () => this.#plan('links', 'uplinks'),
      }),
      await nftables.watchDeletions(() => this.#plan('rules')),
    );
    this.#plan('links');
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const watch of this.#watches) watch.close();
  }

  #plan(...what: readonly ('links' | 'rules' | 'uplinks')[]): void {
    for (const one of what) this.#due.add(one);
    this.#timer ??= setTimeout(() => void this.#look(), gathering).unref();
  }

  async #look(): Promise<void> {
    const due = new Set(this.#due);
    this.#due.clear();
    this.#timer = undefined;
    const work = {
      links: async () => await this.#repairLinks(),
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

  async #repairLinks(): Promise<void> {
    const { links, config, running, reconnect, log } = this.#ports;
    for (const { uuid, ctid } of running()) {
      if (await links.linkExists(hostLinkName(config, ctid))) continue;
      log('the link of a VE was deleted by somebody: it is made again', { ctid });
      await reconnect(uuid);
    }
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
