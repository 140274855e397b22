import { createReadStream, createWriteStream } from 'node:fs';
import type { Server } from 'node:https';
import { release } from 'node:os';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CodedError, type NodeConfig, type NodeIdentity } from '@insula/contract';
import type { Host } from '@insula/host';
import { type ArrivalPlanInput, Arrivals, Incoming, type MigrationPorts } from '@insula/migration';
import type { OperationEngine, OperationRecord } from '@insula/operations';
import { templateLock } from '@insula/templates';
import type { VeRegistry } from '@insula/ve';
import type { Logger } from 'pino';
import { codeError } from '../code-error.ts';
import type { SqliteJournal } from '../store/sqlite-journal.ts';
import { nodeIdentity } from './identity.ts';
import { LinkClient } from './link-client.ts';
import { listenToPeers } from './link-server.ts';
import { Peers } from './peers.ts';

interface LinkParts {
  readonly config: NodeConfig;
  readonly host: Host;
  readonly log: Logger;
  readonly checkpoint: Omit<
    MigrationPorts,
    'peerLink' | 'exportTemplate' | 'importTemplate' | 'openFile' | 'kernelRelease'
  >;
  /** What is there only once the engine is. */
  engine(): OperationEngine;
}

/** This node among others: whom it trusts, how it reaches them, and what it answers them. */
export class Link {
  readonly peers: Peers;
  readonly arrivals = new Arrivals();
  readonly ports: MigrationPorts;
  readonly #parts: LinkParts;
  #server: Server | undefined;

  constructor(parts: LinkParts) {
    const { host, config } = parts;
    this.#parts = parts;
    this.peers = new Peers(host.files, config.stateDir);
    const identity = async () => await nodeIdentity(host, config);
    this.ports = {
      ...parts.checkpoint,
      peerLink: new LinkClient(this.peers, identity),
      kernelRelease: release(),
      openFile: (path) => createReadStream(path),
      exportTemplate: async ({ name, version }, path) => {
        await this.#perform('template.export', `${name}@${version}`, { path }, templateLock(name));
      },
      importTemplate: async (path) => {
        await this.#perform('template.import', basename(path), { path }, 'template-import');
      },
    };
  }

  async identity(): Promise<NodeIdentity> {
    const { host, config } = this.#parts;
    const { fingerprint, validUntil } = await nodeIdentity(host, config);
    const listening = this.#server?.listening === true;
    return {
      name: config.name,
      port: config.link.port,
      listening,
      fingerprint,
      validUntil: validUntil.toISOString(),
    };
  }

  /** Listens to other nodes, if the configuration says so; a node that cannot goes on without. */
  async open(journal: SqliteJournal): Promise<void> {
    const { config, host, log } = this.#parts;
    await this.peers.load();
    if (config.link.port === 0) return;
    const incoming = new Incoming({
      ...this.ports,
      arrivals: this.arrivals,
      nodeName: config.name,
      submit: async (request) => await this.#parts.engine().submit(request),
      finished: async (id) => await this.#parts.engine().finished(id),
      findOperation: (id) => this.#parts.engine().find(id),
      arrivalOperation: (id) => this.#arrivalOf(journal, id),
      receiveTemplate: async (stream) => {
        const path = `${config.pool}/staging/arriving-${crypto.randomUUID()}.tar.zst`;
        try {
          await pipeline(stream, createWriteStream(path, { mode: 0o600 }));
          await this.ports.importTemplate(path);
        } finally {
          await host.files.removeFile(path);
        }
      },
    });
    try {
      const identity = await nodeIdentity(host, config);
      this.#server = await listenToPeers({ config, peers: this.peers, identity, incoming });
      log.info({ port: config.link.port }, 'listening to other nodes');
    } catch (error) {
      log.warn({ problem: codeError(error).message }, 'no link to other nodes: VEs cannot migrate');
    }
  }

  close(): void {
    this.#server?.close();
    this.#server?.closeAllConnections();
  }

  /** @throws what the operation failed with */
  async #perform(kind: string, name: string, input: unknown, lock: string): Promise<void> {
    const target = { kind: 'template', id: name, name } as const;
    const { id } = await this.#parts.engine().submit({ kind, target, input, locks: [lock], ifBusy: 'wait' });
    const { error } = await this.#parts.engine().finished(id);
    if (error !== null) throw CodedError.fromProblem(error);
  }

  #arrivalOf(journal: SqliteJournal, id: string): OperationRecord | undefined {
    const arrivals = journal.list({ limit: looked }).filter(({ kind }) => kind === 've.receive');
    const found = arrivals.find(({ input }) => (input as ArrivalPlanInput).id === id);
    return found === undefined ? undefined : this.#parts.engine().find(found.id);
  }
}

/** How many of the newest operations may hold a migration that somebody asks for. */
const looked = 1000;

/** VEs that were on their way here when an earlier daemon ended: their operations are taken up, and nobody else gets what is theirs. */
export function claimArrivals(journal: SqliteJournal, registry: VeRegistry): void {
  const arrivals = journal.unfinished().filter(({ kind }) => kind === 've.receive');
  for (const { input } of arrivals) {
    const { spec } = input as ArrivalPlanInput;
    if (registry.get(spec.uuid) === undefined) registry.add(spec);
  }
}
