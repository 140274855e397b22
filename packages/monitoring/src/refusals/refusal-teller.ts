import type { OomVictim, Statistics } from '@insula/host';
import type { Moment, VeReading } from '../readings/reading.ts';
import type { SampleListener, Snapshot } from '../sampler/sampler.ts';
import {
  limitOf,
  type RefusedResource,
  refusalParameters,
  refusalsBetween,
  suggestionOf,
} from './refusal.ts';

/** Something that a VE was refused, for its administrator. */
export interface RefusalNews {
  readonly uuid: string;
  readonly name: string;
  readonly resource: RefusedResource;
  readonly parameter: (typeof refusalParameters)[RefusedResource];
  /** In the unit of the parameter; null where it was no limit of the VE. */
  readonly limit: number | null;
  /** How often since it was last told. */
  readonly count: number;
  /** Who was killed, if the kernel's log says so. */
  readonly process: { readonly pid: number; readonly command: string } | null;
  readonly suggestion: number | null;
}

export interface TellerPorts {
  readonly statistics: Pick<Statistics, 'oomVictims'>;
  now(): Moment;
  tell(news: RefusalNews): void;
  failed(problem: unknown): void;
}

/** Milliseconds in which a VE is told of once for each resource: bombs are refused without end. */
const quiet: Readonly<Record<RefusedResource, number>> = { memory: 10_000, processes: 10_000, cpu: 600_000 };

/** Regular samples in a row with so many throttled periods that it is worth a word. */
const throttledShare = 0.5;
const throttledSamples = 6;

/** Victims whose VE was not looked at yet. */
const mostVictims = 100;

interface Told {
  at: number;
  /** Refused since then. */
  count: number;
  timer?: NodeJS.Timeout;
}

/** Tells what VEs were refused: at once, and then no more than every few seconds. */
export class RefusalTeller implements SampleListener {
  readonly #ports: TellerPorts;
  readonly #told = new Map<string, Told>();
  readonly #throttled = new Map<string, number>();
  readonly #latest = new Map<string, VeReading>();
  #victims: readonly OomVictim[] = [];
  #turn: Promise<void> = Promise.resolve();

  constructor(ports: TellerPorts) {
    this.#ports = ports;
  }

  reading(now: VeReading, before: VeReading | null): void {
    this.#latest.set(now.subject.uuid, now);
    const { memory, processes } = refusalsBetween(before, now);
    if (memory > 0) this.#count(now, 'memory', memory);
    if (processes > 0) this.#count(now, 'processes', processes);
  }

  regular({ ves }: Snapshot): void {
    const here = new Set<string>();
    for (const { reading, values } of ves) {
      const { uuid } = reading.subject;
      here.add(uuid);
      const row = (values.throttled ?? 0) >= throttledShare ? (this.#throttled.get(uuid) ?? 0) + 1 : 0;
      this.#throttled.set(uuid, row);
      if (row >= throttledSamples && row % throttledSamples === 0) this.#count(reading, 'cpu', 1);
    }
    for (const uuid of this.#latest.keys()) if (!here.has(uuid)) this.#forget(uuid);
  }

  close(): void {
    for (const uuid of this.#latest.keys()) this.#forget(uuid);
  }

  #count(reading: VeReading, resource: RefusedResource, count: number): void {
    const { uuid } = reading.subject;
    const key = `${uuid} ${resource}`;
    const { elapsed } = this.#ports.now();
    const told = this.#told.get(key);
    if (told === undefined || elapsed - told.at >= quiet[resource]) {
      this.#told.set(key, { at: elapsed, count: 0 });
      return this.#tell(reading, resource, count);
    }
    told.count += count;
    told.timer ??= setTimeout(() => this.#tellRest(uuid, resource), told.at + quiet[resource] - elapsed);
    told.timer.unref();
  }

  #tellRest(uuid: string, resource: RefusedResource): void {
    const key = `${uuid} ${resource}`;
    const reading = this.#latest.get(uuid);
    const count = this.#told.get(key)?.count ?? 0;
    this.#told.delete(key);
    if (reading !== undefined && count > 0) this.#count(reading, resource, count);
  }

  #tell(reading: VeReading, resource: RefusedResource, count: number): void {
    const { uuid, name, paths } = reading.subject;
    this.#turn = this.#turn
      .then(async () => {
        const victim = resource === 'memory' ? await this.#victimOf(paths.outer) : null;
        // killed by a limit that the VE itself made, or by the node as a whole
        const isOther = victim !== null && victim.group !== paths.outer;
        const limit = isOther ? null : limitOf(resource, reading);
        this.#ports.tell({
          uuid,
          name,
          resource,
          parameter: refusalParameters[resource],
          limit,
          count,
          process: victim === null ? null : { pid: victim.pid, command: victim.command },
          suggestion: suggestionOf(resource, limit),
        });
      })
      .catch((problem: unknown) => this.#ports.failed(problem));
  }

  /** The last process that was killed in a group, which is then told. */
  async #victimOf(outer: string): Promise<OomVictim | null> {
    const victims = [...this.#victims, ...(await this.#ports.statistics.oomVictims())];
    const isOwn = ({ group }: OomVictim) => group === outer || group.startsWith(`${outer}/`);
    this.#victims = victims.filter((victim) => !isOwn(victim)).slice(-mostVictims);
    return victims.findLast(isOwn) ?? null;
  }

  #forget(uuid: string): void {
    this.#latest.delete(uuid);
    this.#throttled.delete(uuid);
    for (const resource of Object.keys(quiet)) {
      clearTimeout(this.#told.get(`${uuid} ${resource}`)?.timer);
      this.#told.delete(`${uuid} ${resource}`);
    }
  }
}
