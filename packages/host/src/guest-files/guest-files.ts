import type { Readable } from 'node:stream';
import type { ProcessIdentity } from '../processes/processes.ts';
import type { IdRange } from '../user-namespaces/user-namespaces.ts';

/** Where the files of a VE are reached: where its init lives, or below its root that the node has mounted. */
export type GuestPlace =
  | { readonly kind: 'running'; readonly init: ProcessIdentity }
  | { readonly kind: 'mounted'; readonly root: string; readonly ids: IdRange };

/** Facts about a name in a VE; ids as the VE sees them. */
export interface GuestFileFacts {
  /** Its last name, as bytes: not always UTF-8. Empty for the root. */
  readonly name: Buffer;
  /** st_mode: type and permissions. */
  readonly mode: number;
  /** st_mode of what a link leads to; 0 for what is no link, and for a link that leads nowhere. */
  readonly targetMode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly links: number;
  /** Changes whenever content is written or the file is replaced: inode, size, time of modification. */
  readonly version: string;
  /** Text of a link; null for others. */
  readonly target: Buffer | null;
}

/** What is to be done with a name; paths are absolute, and bytes. */
export type GuestFileRequest =
  /** The entries of a directory that come after a name in the order of bytes, at most so many. */
  | {
      readonly kind: 'list';
      readonly path: Buffer;
      readonly most: number;
      readonly after: Buffer | null;
    }
  /** A name itself: a link is not followed. */
  | { readonly kind: 'show'; readonly path: Buffer }
  | {
      readonly kind: 'make-directory';
      readonly path: Buffer;
      readonly mode: number;
      /** Those above it are made, too, and it may exist. */
      readonly parents: boolean;
    }
  | { readonly kind: 'remove'; readonly path: Buffer; readonly recursive: boolean }
  | { readonly kind: 'rename'; readonly path: Buffer; readonly to: Buffer; readonly replace: boolean }
  /** Null leaves as it is. */
  | {
      readonly kind: 'change';
      readonly path: Buffer;
      readonly mode: number | null;
      readonly uid: number | null;
      readonly gid: number | null;
    };

export interface GuestFileRead {
  readonly path: Buffer;
  readonly offset: number;
  /** Bytes at most; null: to its end. */
  readonly length: number | null;
}

export interface GuestFileWrite {
  readonly path: Buffer;
  /** Of a new file; default 0o644. One that exists keeps its own. */
  readonly mode: number | null;
  /**
   * When it is written: `any` always, `new` only where nothing is, `existing` only over a file, a version only over a file of that
   * version.
   */
  readonly onlyIf: 'any' | 'new' | 'existing' | { readonly version: string };
}

interface Options {
  readonly signal: AbortSignal;
}

/** The version of a file is not the one that was named, or there is one where there should be none. */
export class GuestFileChanged extends Error {
  override readonly name = 'GuestFileChanged';
}

/**
 * Files of VEs, for those who manage them. What is done is done by a process with the rights of the VE's own root and no others: a path
 * leads where it leads inside, whoever changes it meanwhile, and quotas, modes and mounts are those of the VE.
 */
export interface GuestFiles {
  /**
   * Does it; answers with the entries of a list, else with what the name is now (nothing when it is gone).
   * @throws SystemError as the kernel refused it; the abort reason
   */
  request(place: GuestPlace, request: GuestFileRequest, options: Options): Promise<readonly GuestFileFacts[]>;
  /**
   * A regular file, also through a link: what it is, and its bytes, which end early with an error when they cannot be read.
   * @throws SystemError EINVAL for what is no regular file
   */
  read(
    place: GuestPlace,
    read: GuestFileRead,
    options: Options,
  ): Promise<{ readonly facts: GuestFileFacts; readonly content: Readable }>;
  /**
   * Replaces a file at once by what comes to its end, or makes a new one, which belongs to whom its directory belongs; through a link
   * where it leads. Owner, mode, access lists and attributes of users stay. Content that breaks off leaves the file as it was.
   * @throws SystemError; GuestFileChanged; what the content throws
   */
  write(
    place: GuestPlace,
    write: GuestFileWrite,
    content: AsyncIterable<Uint8Array>,
    options: Options,
  ): Promise<GuestFileFacts>;
}
