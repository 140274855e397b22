import type { TerminalOwner } from './console-images.ts';

export interface ImageDigest {
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/** The image files of a dump. */
export interface CheckpointImages {
  /** Corrects what CRIU notes of the console when others than its session have it open (see console-images.ts). */
  noteConsoleOwner(dir: string, owner: TerminalOwner): Promise<void>;
  /** Bytes of memory in the images. */
  memoryBytes(dir: string): Promise<number>;
  /** Forgets memory that was sent: whoever goes on from these images only looks up which pages they had. */
  dropMemory(dir: string): Promise<void>;
  /** Makes the images go on from others: `parent` is where those are, relative to `dir`. */
  goOnFrom(dir: string, parent: string): Promise<void>;
  /** Writes them to the disk and answers what each holds, by name. */
  seal(dir: string): Promise<readonly ImageDigest[]>;
  /** The first thing that is not as it was sealed, in words; null when all is. */
  damage(dir: string, digests: readonly ImageDigest[]): Promise<string | null>;
}
