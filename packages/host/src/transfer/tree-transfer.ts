import type { Readable } from 'node:stream';

/** What a tree held at one moment: every name with what changes when anything about it does. Names are latin1 text, one character a byte. */
export type TreeState = Readonly<Record<string, string>>;

export interface TreeDifference {
  /** Names that are new, or about which anything changed; parents before children. */
  readonly changed: readonly string[];
  /** Names that are gone or have become another kind of file, without those below them. */
  readonly removed: readonly string[];
}

export interface Packing {
  /** A tar archive. */
  readonly stream: Readable;
  /** @throws CommandFailed when the archive is not whole */
  readonly done: Promise<void>;
}

/** Whole trees on their way to another node, with ids, extended attributes, hard links, holes and device nodes. */
export interface TreeTransfer {
  /** Writes what is in memory of a tree to its file system, so that whatever changes later shows in its times. */
  settle(dir: string): Promise<void>;
  state(dir: string): Promise<TreeState>;
  /**
   * Packs a tree, or only the names given (without what is below them).
   * `changing` says that its files may change meanwhile: what was torn is sent again later.
   */
  pack(
    dir: string,
    options: { readonly names?: readonly string[]; readonly changing: boolean; readonly signal: AbortSignal },
  ): Promise<Packing>;
  /** Unpacks into an existing directory that nobody else writes to. No name leads out of it, by a link in its way neither. */
  unpack(dir: string, stream: Readable, options: { readonly signal: AbortSignal }): Promise<void>;
  /** Removes names and everything below them. @throws SystemError when one leads through a link */
  remove(dir: string, names: readonly string[]): Promise<void>;
}
