/** A VE among those that share the processors. */
export interface Sharer {
  readonly ctid: number;
  /** Its `cpuunits`. */
  readonly units: number;
  /** Its `cpuguarantee`, in percent of one core. */
  readonly guarantee: number;
}

/** The kernel's largest weight stands for as many units (see encode-limit.ts). */
const most = 100_000;

/**
 * Units with which every VE gets at least its guarantee when all want everything. A VE with `w` of `sum` units gets `w / sum` of
 * `capacity`; so what is promised, G in all, needs weights of `guarantee × scale` with scale × (capacity − G) ≥ the units of the
 * rest. A VE whose own units are more than that keeps them and counts among the rest with what is more.
 */
export function shareUnits(sharers: readonly Sharer[], capacity: number): ReadonlyMap<number, number> {
  const promised = sharers.reduce((sum, { guarantee }) => sum + guarantee, 0);
  if (promised === 0) return new Map(sharers.map(({ ctid, units }) => [ctid, units]));
  const left = Math.max(capacity - promised, 1);
  const needed = (guarantee: number, scale: number) => Math.ceil(guarantee * scale);
  const rest = (scale: number) =>
    sharers.reduce((sum, { units, guarantee }) => sum + Math.max(0, units - needed(guarantee, scale)), 0);
  // scale × left grows with the scale and the rest shrinks: they meet once
  let [low, high] = [0, rest(0) / left];
  for (let round = 0; round < 50; round += 1) {
    const middle = (low + high) / 2;
    if (middle * left >= rest(middle)) high = middle;
    else low = middle;
  }
  const scale = high;
  return new Map(
    sharers.map(({ ctid, units, guarantee }) => [
      ctid,
      Math.min(Math.max(units, needed(guarantee, scale)), Math.max(most, units)),
    ]),
  );
}
