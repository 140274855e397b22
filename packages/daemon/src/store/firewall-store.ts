import { asCodedError, Firewall } from '@insula/contract';
import type { Host } from '@insula/host';
import { openFirewall } from '@insula/network';
import { Turns } from '@insula/operations';
import { Compile } from 'typebox/compile';

interface StorePorts {
  readonly files: Host['files'];
  /** `firewall.json` of the node. */
  readonly path: string;
  /** Makes the kernel filter by another firewall. */
  apply(firewall: Firewall, before: Firewall): Promise<void>;
}

const check = Compile(Firewall);

/** The firewall of the node: a file, and what the kernel does. */
export class FirewallStore {
  readonly #ports: StorePorts;
  #current: Firewall = openFirewall;
  readonly #turns = new Turns();

  constructor(ports: StorePorts) {
    this.#ports = ports;
  }

  get current(): Firewall {
    return this.#current;
  }

  /**
   * Reads the file; without one VEs may do what they like.
   * @throws Error for a file that cannot be read: a node whose walls are unknown must not open them
   */
  async load(): Promise<void> {
    const { files, path } = this.#ports;
    const text = await files.readTextIfExists(path);
    if (text === null) return;
    const found: unknown = JSON.parse(text);
    if (!check.Check(found))
      throw new Error(`${path} is no firewall: repair it, or remove it to begin without rules`);
    this.#current = found;
  }

  /** One change after another: kernel first, and file and kernel agree whatever fails. @throws CodedError, CommandFailed */
  async change<Result>(
    edit: (current: Firewall) => { readonly firewall: Firewall; readonly result: Result },
  ): Promise<Result> {
    return await this.#turns.take(async () => await this.#change(edit));
  }

  async #change<Result>(
    edit: (current: Firewall) => { readonly firewall: Firewall; readonly result: Result },
  ): Promise<Result> {
    const before = this.#current;
    const { firewall, result } = edit(before);
    const { files, path } = this.#ports;
    this.#current = firewall;
    try {
      await this.#ports.apply(firewall, before);
      await files.writeAtomic(path, `${JSON.stringify(firewall, null, 2)}\n`);
      return result;
    } catch (error) {
      this.#current = before;
      await this.#ports.apply(before, firewall).catch((again: unknown) => {
        throw asCodedError(again);
      });
      throw error;
    }
  }
}
