/** The program that dumps and restores, asked about itself and this processor. */
export interface Criu {
  /** '4.3'; null when there is none that can be started. */
  version(): Promise<string | null>;
  /** What this processor can do, as CRIU writes it down; null without a usable CRIU. */
  processor(): Promise<Buffer | null>;
  /** Whether processes that found the processor `there` (from `processor` on another node) can run on this one. Null: they can; else why not, in words. */
  lacks(there: Buffer): Promise<string | null>;
  /** Whether the kernel tells it which pages were written to since it last looked (CONFIG_MEM_SOFT_DIRTY). */
  tracksMemory(): Promise<boolean>;
}
