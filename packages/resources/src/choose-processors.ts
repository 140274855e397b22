import { numbersOf } from '@insula/contract';

/** What a node has, and which of its VEs is meant. */
export interface ProcessorChoice {
  /** Numbers of the processors that can be used, ascending. */
  readonly online: readonly number[];
  /** `all`, or a list of them. */
  readonly mask: string;
  /** How many, or null for all in the mask. */
  readonly count: number | null;
  /** Spreads VEs: their CTID. */
  readonly seed: number;
}

/**
 * The processors that a VE runs on: those of its mask, or as many of them as it may have. VEs of the same size with consecutive
 * CTIDs stand side by side, so that all processors get the same number of them without any VE knowing of the others.
 */
export function chooseProcessors({ online, mask, count, seed }: ProcessorChoice): readonly number[] {
  const wanted = mask === 'all' ? online : numbersOf(mask).filter((number) => online.includes(number));
  if (count === null || count >= wanted.length) return wanted;
  const first = (seed * count) % wanted.length;
  const chosen = Array.from({ length: count }, (_, index) => wanted[(first + index) % wanted.length] ?? 0);
  return chosen.sort((a, b) => a - b);
}
