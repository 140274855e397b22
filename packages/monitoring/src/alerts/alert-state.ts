import type { AlertLevel, AlertRule } from '@insula/contract';
import { type Latch, offLatch, turned } from './latch.ts';

/** What a rule knows of one VE, or of the node. */
export interface AlertState {
  readonly level: AlertLevel;
  /** Milliseconds at which it became so. */
  readonly since: number;
  readonly value: number | null;
  readonly yellow: Latch;
  readonly red: Latch;
  /** When something was last refused; null: not since this began. */
  readonly refusedAt: number | null;
}

/** What a rule is shown at some millisecond. */
export interface Observation {
  readonly now: number;
  /** Of the metric; null where nobody knows. */
  readonly value: number | null;
  /** Something was refused since the last one. */
  readonly isRefused: boolean;
}

export function greenState(now: number): AlertState {
  return { level: 'green', since: now, value: null, yellow: offLatch, red: offLatch, refusedAt: null };
}

/** A refusal is worth a word for at least this many milliseconds. */
const refusalLasts = 60_000;

/**
 * The state after an observation. A threshold counts once the value has been at or above it for `seconds`, and no more once it has
 * been below it, by the part that `hysteresis` says, for as long. A refusal counts at once. What nobody knows changes nothing.
 */
export function observed(state: AlertState, rule: AlertRule, observation: Observation): AlertState {
  const { now, value, isRefused } = observation;
  const patience = rule.seconds * 1000;
  const latch = (before: Latch, threshold: number | null): Latch => {
    if (threshold === null) return offLatch;
    if (value === null) return before;
    const bar = before.isOn ? threshold * (1 - rule.hysteresis) : threshold;
    return turned(before, value >= bar, now, patience);
  };
  const yellow = latch(state.yellow, rule.yellow);
  const red = latch(state.red, rule.red);
  const refusedAt = rule.refusals && isRefused ? now : state.refusedAt;
  const isBlack = rule.refusals && refusedAt !== null && now - refusedAt < Math.max(patience, refusalLasts);
  const level = isBlack ? 'black' : red.isOn ? 'red' : yellow.isOn ? 'yellow' : 'green';
  const since = level === state.level ? state.since : now;
  return { level, since, value, yellow, red, refusedAt };
}

/** The threshold that a level is about; null for the others. */
export function thresholdOf(rule: AlertRule, level: AlertLevel): number | null {
  return level === 'yellow' ? rule.yellow : level === 'red' ? rule.red : null;
}
