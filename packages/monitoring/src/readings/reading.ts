import type { GroupLimits, GroupPaths, GroupStatistics, LinkStatistics, NodeStatistics } from '@insula/host';

/** A VE as far as monitoring knows one. */
export interface Subject {
  readonly uuid: string;
  readonly ctid: number;
  readonly name: string;
  /** Groups that the VE is in, which alert rules go by. */
  readonly groups: readonly string[];
  readonly paths: GroupPaths;
  /** Its device on the node. */
  readonly link: string;
}

/** What the volume of a VE holds and may hold; null where its layout cannot tell or has no limit. */
export interface DiskUse {
  readonly bytes: number | null;
  readonly inodes: number | null;
  readonly limitBytes: number | null;
}

/** When something was read. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds of a clock that nobody sets: differences are true. */
  readonly elapsed: number;
}

/** Everything that one look at a running VE found. */
export interface VeReading extends Moment {
  readonly subject: Subject;
  readonly group: GroupStatistics;
  /** Null while it has no link. */
  readonly link: LinkStatistics | null;
  readonly limits: GroupLimits;
  readonly disk: DiskUse;
}

export interface NodeReading extends Moment {
  readonly statistics: NodeStatistics;
  /** Bytes of the file system that holds the pool. */
  readonly pool: { readonly total: number; readonly available: number };
}
