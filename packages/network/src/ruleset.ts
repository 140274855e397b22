import type { Firewall } from '@insula/contract';
import { CommandFailed, type Host } from '@insula/host';
import { Turns } from '@insula/operations';
import { type AddressPool, parsePools } from './addresses/address-pool.ts';
import {
  compileBinding,
  compileRebinding,
  compileRuleset,
  compileUnbinding,
  nodeTables,
  type RulesetBase,
} from './compile-ruleset.ts';
import type { NetworkConfig } from './links.ts';
import type { VeLink } from './ve-link.ts';

export interface RulesetPorts extends Pick<Host, 'nftables'> {
  readonly config: NetworkConfig;
  /** The firewall as it is now. */
  firewall(): Firewall;
  /** Called before tables are replaced as a whole, and with them what they have counted. */
  beforeReplacement?(): Promise<void>;
}

interface Options {
  readonly signal?: AbortSignal;
}

/**
 * The rules of the node in the kernel, and the VEs that are bound in them. One change after another: a ruleset that is made as a
 * whole never forgets a VE that is bound at the same moment, nor brings one back that has just gone.
 */
export class Ruleset {
  readonly #ports: RulesetPorts;
  readonly #pools: readonly AddressPool[];
  readonly #bound = new Map<number, VeLink>();
  readonly #turns = new Turns();

  /** @throws CodedError invalid_input for pools that are none */
  constructor(ports: RulesetPorts) {
    this.#ports = ports;
    this.#pools = parsePools(ports.config.network);
  }

  /** The VEs that are bound now. */
  get bound(): readonly VeLink[] {
    return [...this.#bound.values()];
  }

  /** Makes all of it, with these VEs in it; counters go on. `gone` is the firewall of before. */
  async make(
    options: Options & { readonly ves?: readonly VeLink[]; readonly gone?: Firewall } = {},
  ): Promise<void> {
    const { ves, gone } = options;
    await this.#turns.take(async () => {
      if (ves !== undefined) {
        this.#bound.clear();
        for (const ve of ves) this.#bound.set(ve.ctid, ve);
      }
      await this.#make(options, gone);
    });
  }

  async bind(ve: VeLink, options: Options): Promise<void> {
    await this.#turns.take(async () => {
      this.#bound.set(ve.ctid, ve);
      await this.#applyOrMake(compileBinding(this.#base(), ve), options);
    });
  }

  async rebind(from: VeLink, to: VeLink, options: Options): Promise<void> {
    await this.#turns.take(async () => {
      this.#bound.set(to.ctid, to);
      await this.#applyOrMake(compileRebinding(this.#base(), from, to), options);
    });
  }

  async unbind(ve: VeLink, options: Options): Promise<void> {
    await this.#turns.take(async () => {
      this.#bound.delete(ve.ctid);
      try {
        await this.#ports.nftables.apply(compileUnbinding(this.#base(), ve), options);
      } catch (error) {
        if (await this.isWhole(options)) throw error;
      }
    });
  }

  /** Whether the tables are there: somebody may have flushed them. */
  async isWhole(options: Options): Promise<boolean> {
    const { nftables, config } = this.#ports;
    options.signal?.throwIfAborted();
    for (const table of nodeTables(config))
      if ((await nftables.listTable(table, options)) === null) return false;
    return true;
  }

  /**
   * Restarting a host's own firewall service usually flushes every table: then the whole ruleset is made again. So it is when a
   * set is missing: a VE may be the first of its group.
   */
  async #applyOrMake(lines: string, options: Options): Promise<void> {
    try {
      await this.#ports.nftables.apply(lines, options);
    } catch (error) {
      if (!(error instanceof CommandFailed) || options.signal?.aborted === true) throw error;
      await this.#make(options);
    }
  }

  async #make(options: Options, gone?: Firewall): Promise<void> {
    const { nftables } = this.#ports;
    const input = { ...this.#base(), ves: this.bound };
    try {
      await nftables.apply(compileRuleset(input, gone === undefined ? {} : { gone }), options);
    } catch (error) {
      // sets and chains of another version of the ruleset cannot be changed, only replaced
      if (!(error instanceof CommandFailed) || options.signal?.aborted === true) throw error;
      await this.#ports.beforeReplacement?.();
      await nftables.apply(compileRuleset(input, { replaced: true }), options);
    }
  }

  #base(): RulesetBase {
    return { config: this.#ports.config, pools: this.#pools, firewall: this.#ports.firewall() };
  }
}
