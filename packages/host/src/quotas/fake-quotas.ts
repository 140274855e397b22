import { SystemError } from '../syscalls/system-error.ts';
import type { QuotaLimits, QuotaRecord, Quotas, QuotaType } from './quotas.ts';

/** Quotas in memory, of one file system, where nothing is used. */
export class FakeQuotas implements Quotas {
  kinds: readonly QuotaType[] = ['user', 'group', 'project'];
  readonly limits = new Map<string, QuotaLimits>();
  readonly projects = new Map<string, number>();

  async enforced(): Promise<readonly QuotaType[]> {
    return this.kinds;
  }

  async get(_path: string, type: QuotaType, id: number): Promise<QuotaRecord> {
    if (!this.kinds.includes(type))
      throw new SystemError({ code: 'ESRCH', errno: 3, syscall: 'quotactl_fd' });
    const limits = this.limits.get(`${type} ${id}`);
    return {
      id,
      bytes: limits?.bytes ?? null,
      inodes: limits?.inodes ?? null,
      softBytes: limits?.softBytes ?? null,
      softInodes: limits?.softInodes ?? null,
      usedBytes: 0,
      usedInodes: 0,
    };
  }

  async set(_path: string, type: QuotaType, id: number, limits: QuotaLimits): Promise<void> {
    this.limits.set(`${type} ${id}`, limits);
  }

  async list(path: string, type: QuotaType): Promise<readonly QuotaRecord[]> {
    const ids = [...this.limits.keys()].filter((key) => key.startsWith(`${type} `));
    return await Promise.all(ids.map(async (key) => await this.get(path, type, Number(key.split(' ')[1]))));
  }

  async project(path: string): Promise<number | null> {
    return this.projects.get(path) ?? null;
  }

  async makeProject(path: string): Promise<number> {
    const project = this.projects.get(path) ?? 1 + Math.max(0, ...this.projects.values());
    this.projects.set(path, project);
    return project;
  }

  async dropProject(_path: string, project: number): Promise<void> {
    this.limits.delete(`project ${project}`);
  }
}
