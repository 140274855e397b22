import type { Alert, AlertChange, AlertRule, AlertSettings } from '@insula/contract';
import type { Moment, Subject, VeReading } from '../readings/reading.ts';
import { refusalsBetween } from '../refusals/refusal.ts';
import type { SampleListener, Snapshot } from '../sampler/sampler.ts';
import { type AlertState, greenState, observed, thresholdOf } from './alert-state.ts';
import { isAbout, isMuted, refusalOf } from './rules.ts';

/** Where states are kept that are not green, for the next daemon. */
export interface AlertStateStore {
  load(): readonly { readonly rule: number; readonly subject: string; readonly state: AlertState }[];
  /** Null: it is green. */
  save(rule: number, subject: string, state: AlertState | null): void;
}

export interface WatcherPorts {
  readonly node: string;
  readonly states: AlertStateStore;
  settings(): AlertSettings;
  now(): Moment;
  /** An alert's level has changed. */
  changed(change: AlertChange): void;
  failed(problem: unknown): void;
}

/** The node among the subjects of rules. */
const nodeSubject = 'node';

interface Watched {
  readonly rule: AlertRule;
  readonly uuid: string | null;
  readonly name: string;
  readonly state: AlertState;
}

/** Holds every sample against the rules, and tells of what changes. */
export class AlertWatcher implements SampleListener {
  readonly #ports: WatcherPorts;
  /** By rule and subject; what is not here is green. */
  readonly #watched = new Map<string, Watched>();
  /** What earlier daemons knew, until the first sample takes it up. */
  readonly #inherited = new Map<string, AlertState>();

  constructor(ports: WatcherPorts) {
    this.#ports = ports;
    for (const { rule, subject, state } of ports.states.load())
      this.#inherited.set(`${rule} ${subject}`, state);
  }

  /** What is not green, in the order of rules. */
  alerts(): Alert[] {
    const now = Date.now();
    return [...this.#watched.values()]
      .filter(({ state }) => state.level !== 'green')
      .map((watched) => this.#view(watched, now))
      .sort((a, b) => a.rule - b.rule || (a.name < b.name ? -1 : 1));
  }

  regular({ node, ves }: Snapshot): void {
    const seen = new Set<string>();
    for (const rule of this.#rules()) {
      if (rule.scope === 'node') {
        const value = measured(node.values, rule.metric);
        seen.add(this.#observe(rule, { uuid: null, name: this.#ports.node }, value, false));
        continue;
      }
      for (const { reading, values } of ves)
        if (isAbout(rule, reading.subject))
          seen.add(this.#observe(rule, reading.subject, measured(values, rule.metric), false));
    }
    this.#inherited.clear();
    for (const [key, watched] of this.#watched) if (!seen.has(key)) this.#end(key, watched);
  }

  /** A refusal does not wait for the next sample. */
  reading(now: VeReading, before: VeReading | null): void {
    const refusals = refusalsBetween(before, now);
    if (refusals.memory === 0 && refusals.processes === 0) return;
    for (const rule of this.#rules()) {
      const kind = refusalOf(rule.metric);
      if (!rule.refusals || kind === null || refusals[kind] === 0 || !isAbout(rule, now.subject)) continue;
      const known = this.#watched.get(keyOf(rule, now.subject.uuid));
      this.#observe(rule, now.subject, known?.state.value ?? null, true);
    }
  }

  #rules(): readonly AlertRule[] {
    return this.#ports.settings().rules.filter(({ enabled }) => enabled);
  }

  #observe(
    rule: AlertRule,
    { uuid, name }: { readonly uuid: string | null; readonly name: Subject['name'] },
    value: number | null,
    isRefused: boolean,
  ): string {
    const key = keyOf(rule, uuid);
    const { at } = this.#ports.now();
    const before = this.#watched.get(key)?.state ?? this.#inherited.get(key) ?? greenState(at);
    const state = observed(before, rule, { now: at, value, isRefused });
    const watched = { rule, uuid, name, state };
    this.#watched.set(key, watched);
    if (state.level !== before.level) this.#tell(watched, before.level, at);
    return key;
  }

  /** A VE that is down, or a rule that is gone, has nothing to say any more. */
  #end(key: string, watched: Watched): void {
    this.#watched.delete(key);
    const { at } = this.#ports.now();
    if (watched.state.level !== 'green')
      this.#tell({ ...watched, state: { ...greenState(at), value: null } }, watched.state.level, at);
  }

  #tell(watched: Watched, before: AlertChange['before'], at: number): void {
    const { rule, uuid, state } = watched;
    try {
      this.#ports.states.save(rule.id, uuid ?? nodeSubject, state.level === 'green' ? null : state);
      this.#ports.changed({ ...this.#view(watched, at), at: new Date(at).toISOString(), before });
    } catch (problem) {
      this.#ports.failed(problem);
    }
  }

  #view({ rule, uuid, name, state }: Watched, now: number): Alert {
    return {
      rule: rule.id,
      ruleName: rule.name,
      uuid,
      name,
      metric: rule.metric,
      level: state.level,
      value: state.value === null ? null : Number(state.value.toPrecision(6)),
      threshold: thresholdOf(rule, state.level),
      since: new Date(state.since).toISOString(),
      muted: isMuted(this.#ports.settings().mutes, rule.id, uuid, now),
    };
  }
}

const keyOf = ({ id }: AlertRule, uuid: string | null) => `${id} ${uuid ?? nodeSubject}`;

const measured = (values: object, metric: string) =>
  (values as Readonly<Record<string, number | null>>)[metric] ?? null;
