import { fault, type Peer } from '@insula/contract';
import type { Host } from '@insula/host';

/** The nodes that this one trusts, in a file of its state. */
export class Peers {
  readonly #files: Host['files'];
  readonly #path: string;
  #peers: readonly Peer[] = [];

  constructor(files: Host['files'], stateDir: string) {
    this.#files = files;
    this.#path = `${stateDir}/peers.json`;
  }

  /** @throws SyntaxError for a file that is none */
  async load(): Promise<void> {
    const text = await this.#files.readTextIfExists(this.#path);
    this.#peers = text === null ? [] : (JSON.parse(text) as readonly Peer[]);
  }

  list(): readonly Peer[] {
    return this.#peers;
  }

  /** @throws CodedError peer_unknown */
  find(name: string): Peer {
    const peer = this.#peers.find((other) => other.name === name);
    if (peer === undefined) throw fault('peer_unknown', { node: name });
    return peer;
  }

  byFingerprint(fingerprint: string): Peer | undefined {
    return this.#peers.find((peer) => peer.fingerprint === fingerprint);
  }

  async trust(peer: Peer): Promise<Peer> {
    await this.#save([...this.#peers.filter(({ name }) => name !== peer.name), peer]);
    return peer;
  }

  /** @throws CodedError peer_unknown */
  async forget(name: string): Promise<void> {
    this.find(name);
    await this.#save(this.#peers.filter((peer) => peer.name !== name));
  }

  async #save(peers: readonly Peer[]): Promise<void> {
    const sorted = [...peers].sort((a, b) => (a.name < b.name ? -1 : 1));
    await this.#files.writeAtomic(this.#path, `${JSON.stringify(sorted, null, 2)}\n`);
    this.#peers = sorted;
  }
}
