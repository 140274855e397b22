/**
 * How the memory of a VE that migrates live comes to the other node.
 *
 * - at-once: all of it while the VE stands still.
 * - rounds: while it runs, again and again what has changed since; the kernel tells what that is.
 * - compared: once while it runs, and what a copy of that differs from in the end; for kernels that do not tell.
 */
export type MemoryWay = 'at-once' | 'rounds' | 'compared';

/** Bytes of memory from which on it is sent ahead: less is sent faster than it is looked through. */
const aheadFrom = 67_108_864;

/** Bytes that stay free in every place whatever comes. */
export const reservedBytes = 67_108_864;

export function memoryWay(facts: {
  /** What a dump of all of it takes. */
  readonly bytes: number;
  /** Bytes that are free in the pool here and in that of the other node. */
  readonly free: readonly number[];
  readonly tracksMemory: boolean;
  /** What the other node says it can. */
  readonly takesRounds: boolean;
  readonly takesMemory: boolean;
}): MemoryWay {
  const { bytes, free } = facts;
  if (bytes < aheadFrom) return 'at-once';
  if (facts.tracksMemory && facts.takesRounds) return 'rounds';
  // the copy, the page images, and the page images that are being made from it
  const hasRoom = free.every((there) => there > 3 * bytes + reservedBytes);
  return facts.takesMemory && hasRoom ? 'compared' : 'at-once';
}

/** Whether a dump of so many bytes has room in a file system. It grows a little while it is being written. */
export function hasRoomForDump(bytes: number, free: number): boolean {
  return free > 1.25 * bytes + reservedBytes;
}
