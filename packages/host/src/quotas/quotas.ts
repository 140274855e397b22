import type { QuotaRecord, QuotaType } from '../syscalls/quota-calls.ts';

export type { QuotaRecord, QuotaType };

/** What an id may have at most; null: no limit. Soft ones may be passed for a while, which the file system knows. */
export type QuotaLimits = Pick<QuotaRecord, 'bytes' | 'inodes'> &
  Partial<Pick<QuotaRecord, 'softBytes' | 'softInodes'>>;

/**
 * Quotas of file systems that keep them themselves (ext4, xfs): limits for users, groups and projects, which are trees. Paths are
 * directories of the host. No program is started.
 */
export interface Quotas {
  /** Kinds whose limits hold on the file system of a path. */
  enforced(path: string): Promise<readonly QuotaType[]>;
  /** @throws SystemError ESRCH where that kind is not on */
  get(path: string, type: QuotaType, id: number): Promise<QuotaRecord>;
  set(path: string, type: QuotaType, id: number, limits: QuotaLimits): Promise<void>;
  /** All ids that use or are limited in anything. */
  list(path: string, type: QuotaType): Promise<readonly QuotaRecord[]>;
  /** The project of a directory; null for none, and where there are no projects. */
  project(path: string): Promise<number | null>;
  /** Makes an empty directory a project of its own, whose number nobody uses. @returns the number */
  makeProject(path: string): Promise<number>;
  /** Takes the limits of a project away whose tree is gone. `path` is anything on its file system. */
  dropProject(path: string, project: number): Promise<void>;
}
