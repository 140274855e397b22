import type { DeviceIo } from '@insula/host';

/** How much a counter has grown. One that says less than before has begun anew. */
export function growth(before: number, now: number): number {
  return now >= before ? now - before : now;
}

export type IoCounter = Exclude<keyof DeviceIo, 'device'>;

/** How much a counter of all devices together has grown: each begins anew on its own, and one that is gone grows no more. */
export function ioGrowth(before: readonly DeviceIo[], now: readonly DeviceIo[], counter: IoCounter): number {
  let sum = 0;
  for (const device of now) {
    const earlier = before.find((one) => one.device === device.device);
    sum += growth(earlier?.[counter] ?? 0, device[counter]);
  }
  return sum;
}

/** A part of a whole, null without one. */
export function share(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : part / whole;
}
