import { lstatSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  enforcedQuotas,
  getNextQuota,
  getQuota,
  projectOf,
  type QuotaRecord,
  type QuotaType,
  setProject,
  setQuota,
} from '../syscalls/quota-calls.ts';
import { hasErrorCode, SystemError } from '../syscalls/system-error.ts';
import type { QuotaLimits, Quotas } from './quotas.ts';

/** Numbers of projects of ours: above those that people give out by hand in /etc/projid. */
const firstProject = 0x4000_0000n;
const projects = 0x3fff_ffffn;

const lastId = 4_294_967_294;

/** xfs counts a file that was removed until it gets round to it (xfs_inodegc): so often it is looked, and so many milliseconds apart. */
const looks = 20;
const lookEvery = 50;

const noLimits = { bytes: null, softBytes: null, inodes: null, softInodes: null } as const;

/** quotactl_fd(2) and the ioctls of linux/fs.h. */
export class LinuxQuotas implements Quotas {
  async enforced(path: string): Promise<readonly QuotaType[]> {
    return enforcedQuotas(path);
  }

  async get(path: string, type: QuotaType, id: number): Promise<QuotaRecord> {
    return getQuota(path, type, id);
  }

  async set(path: string, type: QuotaType, id: number, limits: QuotaLimits): Promise<void> {
    setQuota(path, type, id, { ...noLimits, ...limits });
  }

  async list(path: string, type: QuotaType): Promise<readonly QuotaRecord[]> {
    const records: QuotaRecord[] = [];
    for (let next = 0; next <= lastId; ) {
      const record = getNextQuota(path, type, next);
      if (record === null) break;
      records.push(record);
      next = record.id + 1;
    }
    return records;
  }

  async project(path: string): Promise<number | null> {
    try {
      const project = projectOf(path);
      return project === 0 ? null : project;
    } catch (error) {
      if (hasErrorCode(error, 'ENOTTY', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS', 'ENOENT', 'ENOTDIR')) return null;
      throw error;
    }
  }

  /** Begins with a number of the directory's own, so that two nodes on one file system do not meet; done in one go. */
  async makeProject(path: string): Promise<number> {
    const { ino } = lstatSync(path, { bigint: true });
    for (let attempt = 0n; attempt < projects; attempt += 1n) {
      const project = Number(firstProject + ((ino + attempt) % projects));
      const { usedInodes } = getQuota(path, 'project', project);
      if (usedInodes > 0) continue;
      setQuota(path, 'project', project, noLimits);
      setProject(path, project);
      return project;
    }
    throw new SystemError({
      code: 'ENOSPC',
      errno: 28,
      syscall: 'quotactl_fd',
      path,
      note: 'no free project',
    });
  }

  async dropProject(path: string, project: number): Promise<void> {
    try {
      for (let look = 1; getQuota(path, 'project', project).usedInodes > 0; look += 1) {
        if (look === looks) return;
        await sleep(lookEvery);
      }
      setQuota(path, 'project', project, noLimits);
    } catch (error) {
      if (!hasErrorCode(error, 'ESRCH', 'ENOSYS', 'ENOENT')) throw error;
    }
  }
}
