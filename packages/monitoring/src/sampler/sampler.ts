import type { NodeValues, VeValues } from '@insula/contract';
import type { GroupLimits, Statistics } from '@insula/host';
import { nodeValues } from '../readings/node-values.ts';
import type { DiskUse, Moment, NodeReading, Subject, VeReading } from '../readings/reading.ts';
import { veValues } from '../readings/ve-values.ts';
import { RefusalTold } from './refusal-told.ts';

export interface VeSample {
  readonly reading: VeReading;
  readonly values: VeValues;
}

/** One look at everything. */
export interface Snapshot {
  readonly node: { readonly reading: NodeReading; readonly values: NodeValues };
  readonly ves: readonly VeSample[];
}

/** Who wants to know what is sampled. */
export interface SampleListener {
  /** A sample of the interval of the configuration: its rates are averages of that interval. */
  regular?(snapshot: Snapshot): void;
  /** Every look at a VE, in the order of time, those between two samples and the last one before it ends, too. */
  reading?(now: VeReading, before: VeReading | null): void;
}

export interface SamplerPorts {
  readonly statistics: Statistics;
  /** Milliseconds between two samples. */
  readonly interval: number;
  /** VEs that have an init now. */
  subjects(): readonly Subject[];
  /** What the volume of a VE holds. */
  diskOf(uuid: string): Promise<DiskUse>;
  /** Bytes of the file system that holds the pool. */
  pool(): Promise<NodeReading['pool']>;
  now(): Moment;
  failed(problem: unknown): void;
}

/** Samples in which every VE's limits and disk are read once: both cost more than they change. */
const slowRounds = 6;

type Slow = { readonly limits: GroupLimits; readonly disk: DiskUse };

/**
 * Looks at node and VEs again and again: one pass for all VEs, no program started, and some dozen small reads of kernel memory for
 * each. It looks at a single VE at once when the kernel says that something was refused in it.
 */
export class Sampler {
  readonly #ports: SamplerPorts;
  readonly #listeners = new Set<SampleListener>();
  readonly #watchers = new Map<(snapshot: Snapshot) => void, number>();
  readonly #slow = new Map<string, Slow>();
  readonly #told: RefusalTold;
  /** The latest look at each VE. */
  #readings = new Map<string, VeReading>();
  /** What rates are counted from: the last regular sample, and the last one of any kind. */
  #regular: Baseline = nothing;
  #recent: Baseline = nothing;
  #latest: Snapshot | null = null;
  #round = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #nextRegular = 0;
  #stopped = true;

  constructor(ports: SamplerPorts) {
    this.#ports = ports;
    this.#told = new RefusalTold(ports.statistics, (uuid) => void this.look(uuid));
  }

  /** The last sample of any kind. */
  get latest(): Snapshot | null {
    return this.#latest;
  }

  listen(listener: SampleListener): void {
    this.#listeners.add(listener);
  }

  async start(): Promise<void> {
    this.#stopped = false;
    await this.sample();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#told.close();
  }

  /** Samples at least every so many milliseconds, until it is let go. */
  watch(interval: number, listener: (snapshot: Snapshot) => void): () => void {
    this.#watchers.set(listener, interval);
    this.#plan();
    return () => this.#watchers.delete(listener);
  }

  /** Takes a sample now. */
  async sample(): Promise<void> {
    await this.#inTurn(async () => await this.#pass());
    this.#plan();
  }

  /** Looks at one VE now. */
  async look(uuid: string): Promise<void> {
    await this.#inTurn(async () => {
      const subject = this.#ports.subjects().find((one) => one.uuid === uuid);
      if (subject === undefined) return;
      for (const { group } of await this.#read([subject])) await this.#told.hear(subject, group.generation);
    });
  }

  /** Whether a VE was looked at since it was last down. */
  knows(uuid: string): boolean {
    return this.#readings.has(uuid);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const { elapsed } = this.#ports.now();
    const last = this.#recent.node?.elapsed ?? elapsed;
    const wanted = Math.min(this.#nextRegular, ...[...this.#watchers.values()].map((each) => last + each));
    this.#timer = setTimeout(() => void this.sample(), Math.max(0, Math.ceil(wanted - elapsed))).unref();
  }

  async #pass(): Promise<void> {
    const { elapsed } = this.#ports.now();
    // timers may be early by a part of a millisecond
    const isRegular = elapsed >= this.#nextRegular - 1;
    if (isRegular) this.#nextRegular = nextTick(this.#nextRegular, elapsed, this.#ports.interval);
    const readings = await this.#read(this.#ports.subjects());
    await this.#follow(readings);
    const node = await this.#readNode();
    const found = readings.map((reading) => [reading.subject.uuid, reading] as const);
    this.#readings = new Map(found);
    const recent = snapshotOf(this.#recent, node, readings);
    this.#latest = recent;
    if (isRegular) {
      const regular = this.#regular === this.#recent ? recent : snapshotOf(this.#regular, node, readings);
      for (const listener of this.#listeners) listener.regular?.(regular);
    }
    // a map of its own: the other one takes up what is looked at in between
    this.#recent = { node, readings: new Map(found) };
    if (isRegular) this.#regular = this.#recent;
    for (const watcher of this.#watchers.keys()) watcher(recent);
  }

  async #read(subjects: readonly Subject[]): Promise<readonly VeReading[]> {
    const { statistics } = this.#ports;
    const [groups, links] = [
      await statistics.groups(
        subjects.map(({ paths }) => paths),
        subjects.map(({ uuid }, index) => this.#knownOf(uuid, index)),
      ),
      await statistics.links(),
    ];
    const moment = this.#ports.now();
    const readings: VeReading[] = [];
    for (const [index, subject] of subjects.entries()) {
      const group = groups[index] ?? null;
      if (group === null) continue;
      const slow = await this.#slowOf(subject, index);
      const reading = { ...moment, subject, group, link: links.get(subject.link) ?? null, ...slow };
      const before = this.#readings.get(subject.uuid) ?? null;
      this.#readings.set(subject.uuid, reading);
      for (const listener of this.#listeners) listener.reading?.(reading, before);
      readings.push(reading);
    }
    return readings;
  }

  /** Forgets VEs that are gone, and listens to those that are new. */
  async #follow(readings: readonly VeReading[]): Promise<void> {
    this.#round += 1;
    await this.#told.follow(
      readings.map(({ subject, group }) => ({ subject, generation: group.generation })),
    );
    const here = new Set(readings.map(({ subject }) => subject.uuid));
    for (const uuid of this.#slow.keys()) if (!here.has(uuid)) this.#slow.delete(uuid);
  }

  /** What is known of an idle VE, but in the samples in which everything of it is read. */
  #knownOf(uuid: string, index: number): VeReading['group'] | null {
    if ((index + this.#round) % slowRounds === 0) return null;
    return this.#readings.get(uuid)?.group ?? null;
  }

  /** Limits and disk, read for a part of the VEs in each sample. */
  async #slowOf({ uuid, paths }: Subject, index: number): Promise<Slow> {
    const known = this.#slow.get(uuid);
    if (known !== undefined && (index + this.#round) % slowRounds !== 0) return known;
    const limits = await this.#ports.statistics.limits(paths.outer);
    const slow = { limits, disk: await this.#ports.diskOf(uuid) };
    this.#slow.set(uuid, slow);
    return slow;
  }

  async #readNode(): Promise<NodeReading> {
    const statistics = await this.#ports.statistics.node();
    return { ...this.#ports.now(), statistics, pool: await this.#ports.pool() };
  }

  /** One after another, so that looks at a VE are in the order of time. A look that fails is followed by the next one. */
  async #inTurn(work: () => Promise<unknown>): Promise<void> {
    const turn = this.#turn.then(work).catch((problem: unknown) => this.#ports.failed(problem));
    this.#turn = turn;
    await turn;
  }
}

interface Baseline {
  readonly node: NodeReading | null;
  readonly readings: ReadonlyMap<string, VeReading>;
}

const nothing: Baseline = { node: null, readings: new Map() };

function snapshotOf(before: Baseline, node: NodeReading, readings: readonly VeReading[]): Snapshot {
  const ves = readings.map((reading) => ({
    reading,
    values: veValues(before.readings.get(reading.subject.uuid) ?? null, reading),
  }));
  const values = nodeValues(
    before.node,
    node,
    ves.map((ve) => ve.values),
  );
  return { node: { reading: node, values }, ves };
}

/** The next moment of a regular sample: those that were missed, because the machine slept or was busy, are left out. */
function nextTick(planned: number, elapsed: number, interval: number): number {
  const next = (planned === 0 ? elapsed : planned) + interval;
  return next > elapsed ? next : elapsed + interval;
}
