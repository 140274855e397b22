import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { Accountant, type ClassTraffic, type MonthlyUsage, type Sampler } from '@insula/monitoring';
import { type TrafficLedger, trafficRows } from '@insula/network';
import type { StepHandler } from '@insula/operations';
import type { VeRegistry } from '@insula/ve';
import { SqliteUsage } from '../store/usage-store.ts';

export interface AccountsPorts {
  readonly database: DatabaseSync;
  readonly registry: VeRegistry;
  readonly ledger: TrafficLedger;
  readonly sampler: Sampler;
  readonly bootId: string;
  /** Bytes of a volume; null where it does not tell. */
  diskBytesOf(uuid: string): Promise<number | null>;
  failed(problem: unknown): void;
}

/** Milliseconds of counting that are done again after a kill of the daemon. */
const keepInterval = 60_000;

/** Rounds of keeping in which disks and traffic, which cost more, are looked at once. */
const slowRounds = 5;

/** The accounts of all VEs, and when they are written. */
export class Accounts {
  readonly #ports: AccountsPorts;
  readonly #accountant: Accountant;
  readonly #store: SqliteUsage;
  #timer: NodeJS.Timeout | undefined;
  #round = 0;

  constructor(ports: AccountsPorts) {
    const { database, bootId, sampler } = ports;
    this.#ports = ports;
    this.#store = new SqliteUsage(database);
    this.#accountant = new Accountant({ store: this.#store, bootId, clock: randomUUID() });
    sampler.listen(this.#accountant);
  }

  async start(): Promise<void> {
    this.#store.prune(new Date(), (uuid) => this.#ports.registry.get(uuid) !== undefined);
    await this.#enterAll();
    this.#timer = setInterval(() => void this.#keep(), keepInterval);
  }

  /** To be called while the kernel's counters are still to be had. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#ports.sampler.sample();
    await this.#enterAll();
    this.#try(() => this.#accountant.keep());
  }

  /** What VEs used in a month, up to now. */
  async month(month: string): Promise<readonly MonthlyUsage[]> {
    await this.#enterTraffic();
    return this.#accountant.month(month);
  }

  /** A step after which the kernel's counters of a VE are gone: they are looked at, and kept, before it. */
  settledBefore<Args extends { readonly uuid: string }>(handler: StepHandler<Args>): StepHandler<Args> {
    return {
      ...handler,
      do: async (args, context) => {
        await this.#ports.sampler.look(args.uuid);
        this.#try(() => this.#accountant.keep());
        return await handler.do(args, context);
      },
    };
  }

  async #keep(): Promise<void> {
    this.#round += 1;
    if (this.#round % slowRounds === 0) await this.#enterAll();
    this.#try(() => {
      this.#accountant.keep();
      this.#accountant.forget((uuid) => this.#ports.registry.get(uuid) !== undefined);
    });
  }

  async #enterAll(): Promise<void> {
    for (const { spec } of this.#ports.registry.list()) {
      const bytes = await this.#ports.diskBytesOf(spec.uuid).catch(() => null);
      this.#try(() => this.#accountant.disk(spec, Date.now(), bytes));
    }
    await this.#enterTraffic();
  }

  async #enterTraffic(): Promise<void> {
    const { registry, ledger } = this.#ports;
    const books = await ledger.read().catch((problem: unknown) => this.#ports.failed(problem));
    if (books === undefined) return;
    for (const { spec } of registry.list()) {
      const totals = books.get(spec.uuid);
      if (totals !== undefined)
        this.#try(() => this.#accountant.traffic(spec, Date.now(), byClass(trafficRows(totals))));
    }
  }

  /** A full disk is no reason to keep a VE from anything: what is not kept now is kept later. */
  #try(work: () => void): void {
    try {
      work();
    } catch (problem) {
      this.#ports.failed(problem);
    }
  }
}

/** Rows of both families, put together. */
function byClass(rows: ReturnType<typeof trafficRows>): Record<string, ClassTraffic> {
  const classes: Record<string, ClassTraffic> = {};
  for (const { class: number, inBytes, inPackets, outBytes, outPackets } of rows) {
    const sum = classes[number];
    classes[number] = {
      inBytes: inBytes + (sum?.inBytes ?? 0),
      inPackets: inPackets + (sum?.inPackets ?? 0),
      outBytes: outBytes + (sum?.outBytes ?? 0),
      outPackets: outPackets + (sum?.outPackets ?? 0),
    };
  }
  return classes;
}
