import type { Readable } from 'node:stream';

/** A process whose memory is read, by its pid here and by the one that it has inside, under which CRIU knows it. */
export interface MemoryOwner {
  readonly pid: number;
  readonly innerPid: number;
}

/**
 * The memory of processes on its way to another node in two parts: all of it while they run, and what has changed since when
 * they stand still. For kernels that do not tell which pages were written to: the pages of a dump are compared with a copy.
 */
export interface MemoryTransfer {
  /**
   * Streams the memory that the processes have for themselves, and keeps a copy in the file, with a note beside it of what is where.
   * What goes away meanwhile is left out.
   */
  read(owners: readonly MemoryOwner[], copy: string, options: { readonly signal: AbortSignal }): Readable;
  /** Writes a copy down as it comes from another node, without a note. */
  keep(stream: Readable, copy: string): Promise<void>;
  /** Names of the page images of a dump that `difference` tells. */
  pageImages(images: string): Promise<readonly string[]>;
  /** Streams the page images of a dump as what the copy has of them and what it has not. */
  difference(images: string, copy: string): Readable;
  /** Makes page images from a copy, as it was streamed, and a difference. @throws RangeError when they do not come out as they were */
  assemble(images: string, copy: string, difference: Readable): Promise<void>;
  removeCopy(copy: string): Promise<void>;
}
