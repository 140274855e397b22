/** A switch that turns when the contrary has held for a while. */
export interface Latch {
  readonly isOn: boolean;
  /** Since when, in milliseconds, the contrary holds without a break; null when it does not. */
  readonly contrarySince: number | null;
}

export const offLatch: Latch = { isOn: false, contrarySince: null };

/** The switch at some millisecond: `wanted` is which way it should be, `patience` how long in milliseconds it must be so. */
export function turned(latch: Latch, wanted: boolean, now: number, patience: number): Latch {
  if (wanted === latch.isOn) return latch.contrarySince === null ? latch : { ...latch, contrarySince: null };
  const since = latch.contrarySince ?? now;
  if (now - since >= patience) return { isOn: wanted, contrarySince: null };
  return latch.contrarySince === since ? latch : { ...latch, contrarySince: since };
}
