import type { Readable } from 'node:stream';
import { asCodedError, fault } from '@insula/contract';
import { refuseUnattachable } from '@insula/network';
import type { OperationRecord, OperationRequest } from '@insula/operations';
import { veLock } from '@insula/ve';
import { chooseLayout } from '@insula/vzfs';
import type { Arrivals } from './arrivals.ts';
import { arrivingStreams } from './arriving-streams.ts';
import { readHandedOver } from './marks.ts';
import type { ArrivalPlanInput } from './plans.ts';
import type { MigrationPorts } from './ports.ts';
import type { Arrival, Decision, Outcome, PeerCall, PeerCalls, PeerReport, PeerStream } from './protocol.ts';
import { withReason } from './reason.ts';

export interface IncomingPorts extends MigrationPorts {
  readonly arrivals: Arrivals;
  readonly nodeName: string;
  submit(request: OperationRequest): Promise<OperationRecord>;
  finished(id: string): Promise<OperationRecord>;
  findOperation(id: string): OperationRecord | undefined;
  /** The operation here that belongs to a migration, by the source's id. */
  arrivalOperation(id: string): OperationRecord | undefined;
  receiveTemplate(stream: Readable, template: string): Promise<void>;
}

/** What is asked of a migration that is under way, and of no other. */
const underWay: readonly PeerCall[] = ['remove', 'layer', 'received'];

/** What another node that is trusted may ask. `peer` is the name under which it is. */
export class Incoming {
  readonly #ports: IncomingPorts;
  readonly #streams: ReturnType<typeof arrivingStreams>;

  constructor(ports: IncomingPorts) {
    this.#ports = ports;
    this.#streams = arrivingStreams(ports);
  }

  async answer<Call extends PeerCall>(
    call: Call,
    ask: PeerCalls[Call]['ask'],
    peer: string,
  ): Promise<PeerCalls[Call]['answer']> {
    const calls: {
      readonly [Name in PeerCall]: (asked: PeerCalls[Name]['ask']) => Promise<PeerCalls[Name]['answer']>;
    } = {
      check: async (asked) => await this.#check(asked),
      begin: async (arrival) => await this.#begin(arrival, peer),
      remove: async ({ id, names }) => {
        const { uuid, placed } = this.#ports.arrivals.find(id, peer);
        await placed.promise;
        await this.#ports.treeTransfer.remove(this.#ports.pool.privateArea(uuid).upper, names);
        return null;
      },
      layer: async ({ id, digest, manifest }) => {
        const { uuid } = this.#ports.arrivals.find(id, peer);
        return { missing: await this.#streams.expectLayer({ id, uuid, digest, manifest }) };
      },
      received: async ({ id }) => await this.#received(id, peer),
      decide: async ({ id, decision }) => this.#decide(id, decision, peer),
      state: async ({ id }) => ({ state: await this.#state(id) }),
      settled: async ({ id }) => ({ problem: await this.#settled(id) }),
      outcome: async ({ id, uuid }) => ({ outcome: await this.#outcome(id, uuid) }),
    };
    if (!underWay.includes(call) || !('id' in ask)) return await calls[call](ask);
    return await withReason(this.#ports, { id: ask.id, peer }, async () => await calls[call](ask));
  }

  /** Takes one stream in whole; `name` as in PeerLink. */
  async take(
    kind: PeerStream,
    id: string,
    name: string | undefined,
    stream: Readable,
    peer: string,
  ): Promise<void> {
    await withReason(this.#ports, { id, peer }, async () => {
      const session = this.#ports.arrivals.find(id, peer);
      session.streams += 1;
      try {
        await this.#streams.take({ kind, id, name, stream }, session);
      } finally {
        session.streams -= 1;
        session.heardAt = Date.now();
      }
    });
  }

  async #check({ spec, processor }: PeerCalls['check']['ask']): Promise<PeerReport> {
    const { pool, registry, files, config } = this.#ports;
    const conflicts: { readonly problem: string; readonly remedy: string }[] = [];
    try {
      if (registry.get(spec.uuid) !== undefined) throw fault('name_taken', { name: spec.name });
      registry.refuseConflicts(spec);
      await this.#ports.admit(spec, { runs: true, force: false });
      refuseUnattachable(config, spec.interfaces);
    } catch (error) {
      const { message, hint } = asCodedError(error);
      conflicts.push({ problem: `${this.#ports.nodeName}: ${message}`, remedy: hint });
    }
    const hasTemplate = await this.#ports.templateOf(spec.template).then(
      () => true,
      () => false,
    );
    return {
      node: this.#ports.nodeName,
      architecture: this.#ports.architecture,
      kernel: this.#ports.kernelRelease,
      criu: await this.#ports.criu.version(),
      processor: processor === null ? null : await this.#ports.criu.lacks(Buffer.from(processor, 'base64')),
      time: Date.now(),
      hasTemplate,
      takesMemory: true,
      takesRounds: true,
      freeBytes: (await files.fileSystem(pool.root)).availableBytes,
      conflicts,
    };
  }

  async #begin(
    { id, spec: sent, mode, wanted }: Arrival,
    peer: string,
  ): Promise<{ readonly operation: string }> {
    const { registry, arrivals, config } = this.#ports;
    const spec = { ...sent, layout: await this.#layoutFor(sent) };
    await this.#ports.admit(spec, { runs: wanted === 'running', force: false });
    if (registry.get(spec.uuid) !== undefined) throw fault('name_taken', { name: spec.name });
    refuseUnattachable(config, spec.interfaces);
    registry.add(spec);
    arrivals.open(id, spec.uuid, peer);
    const input: ArrivalPlanInput = { id, peer, spec, mode, wanted };
    const target = { kind: 've', id: spec.uuid, name: spec.name } as const;
    try {
      const request = {
        kind: 've.receive',
        target,
        input,
        locks: [veLock(spec.uuid)],
        ifBusy: 'fail',
      } as const;
      return { operation: (await this.#ports.submit(request)).id };
    } catch (error) {
      registry.remove(spec.uuid);
      arrivals.close(id, fault('migration_ended', { migration: id }));
      throw error;
    }
  }

  /** The same layout where this pool can, else the best that it can: what travels are files. */
  async #layoutFor({ layout }: Arrival['spec']): Promise<Arrival['spec']['layout']> {
    const { pool } = this.#ports;
    return await chooseLayout(this.#ports, pool.root, layout).catch(
      async () => await chooseLayout(this.#ports, pool.root, 'auto'),
    );
  }

  async #received(id: string, peer: string): Promise<null> {
    const session = this.#ports.arrivals.find(id, peer);
    session.received.resolve();
    await session.ready.promise;
    return null;
  }

  #decide(id: string, decision: Decision, peer: string): null {
    this.#ports.arrivals.find(id, peer).decided.resolve(decision);
    return null;
  }

  async #state(id: string) {
    const record = this.#ports.arrivalOperation(id);
    const spec = (record?.input as ArrivalPlanInput | undefined)?.spec;
    // whoever has the VE's description has the VE
    const isHere =
      spec !== undefined && (await this.#ports.files.exists(this.#ports.pool.privateArea(spec.uuid).spec));
    if (isHere) return 'adopted' as const;
    return record !== undefined && record.endedAt === null ? ('arriving' as const) : ('gone' as const);
  }

  async #settled(id: string): Promise<string | null> {
    const record = this.#ports.arrivalOperation(id);
    return record === undefined ? null : ((await this.#ports.finished(record.id)).error?.detail ?? null);
  }

  async #outcome(id: string, uuid: string): Promise<Outcome> {
    const { files, pool } = this.#ports;
    const mark = await readHandedOver(files, pool, uuid);
    if (mark?.id === id) return 'commit';
    const record = this.#ports.findOperation(id);
    if (record === undefined) return 'pending';
    if (record.state === 'succeeded') return 'commit';
    return record.endedAt === null && record.state !== 'undoing' ? 'pending' : 'abort';
  }
}
