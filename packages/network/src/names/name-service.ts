import type { Host, RunningDnsmasq } from '@insula/host';
import type { NetworkConfig } from '../links.ts';
import { compileNameServer, compileNameServerAddress, compileNames, type NamedVe } from './compile-names.ts';

export interface NamePorts extends Pick<Host, 'dnsmasq' | 'files' | 'links'> {
  readonly config: NetworkConfig;
  /** Folder of the file that answers are made from; made by the service. */
  readonly dir: string;
  /** All VEs of the node. */
  readonly ves: () => readonly NamedVe[];
  readonly log: (line: string, details: Record<string, unknown>) => void;
}

/** Milliseconds that changes are gathered. */
const gathering = 100;

/** Answers VEs' questions for each other's names, where the node's configuration asks for it. */
export class NameService {
  readonly #ports: NamePorts;
  #server: RunningDnsmasq | undefined;
  #timer: NodeJS.Timeout | undefined;
  #written = '';

  constructor(ports: NamePorts) {
    this.#ports = ports;
  }

  /** Does nothing on a node that is not to answer. What goes wrong is logged: VEs run without names, too. */
  async start(): Promise<void> {
    const { config, dnsmasq, files, links, dir, log } = this.#ports;
    if (!config.network.names.enabled) return;
    try {
      await links.batch(compileNameServerAddress(config));
      await files.makeDir(dir, { mode: 0o755 });
      await this.#write();
      this.#server = await dnsmasq.start(compileNameServer(config, this.#path), {
        onEnd: (problem) => log('the name server for VEs ended', { problem }),
      });
    } catch (error) {
      log('there is no name server for VEs', { problem: (error as Error).message });
    }
  }

  /** VEs came, went, or have other names or addresses. */
  changed(): void {
    if (this.#server === undefined) return;
    this.#timer ??= setTimeout(() => void this.#update(), gathering).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#server?.close();
    this.#server = undefined;
  }

  get #path(): string {
    return `${this.#ports.dir}/hosts`;
  }

  async #update(): Promise<void> {
    this.#timer = undefined;
    try {
      if (await this.#write()) await this.#server?.reload();
    } catch (error) {
      this.#ports.log('names of VEs are not up to date', { problem: (error as Error).message });
    }
  }

  /** Whether something was different. */
  async #write(): Promise<boolean> {
    const { config, files, ves } = this.#ports;
    const text = compileNames(config.network.names.domain, ves());
    if (text === this.#written) return false;
    await files.writeAtomic(this.#path, text, { durable: false, mode: 0o644 });
    this.#written = text;
    return true;
  }
}
