import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodePaths } from '../harness/node-config.ts';

export const quotaFileSystems = ['ext4', 'xfs'] as const;
export type QuotaFileSystem = (typeof quotaFileSystems)[number];

const makers: Readonly<Record<QuotaFileSystem, readonly string[]>> = {
  ext4: ['mkfs.ext4', '-q', '-F', '-O', 'quota,project', '-E', 'quotatype=usrquota:grpquota:prjquota'],
  xfs: ['mkfs.xfs', '-q', '-f'],
};

function mountNew(kind: QuotaFileSystem, image: string, target: string, size: string): void {
  const [maker = '', ...options] = makers[kind];
  execFileSync('truncate', ['-s', size, image]);
  execFileSync(maker, [...options, image], { stdio: 'pipe' });
  execFileSync('mount', ['-t', kind, '-o', 'loop,prjquota', image, target], { stdio: 'pipe' });
}

/** Whether this kernel, and the programs of this machine, can keep project quotas on a file system. */
export function hasQuotas(kind: QuotaFileSystem): boolean {
  const dir = mkdtempSync(join(tmpdir(), 'ins-quota-'));
  try {
    mkdirSync(join(dir, 'mounted'));
    mountNew(kind, join(dir, 'image'), join(dir, 'mounted'), '320M');
    execFileSync('umount', [join(dir, 'mounted')]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Puts the pool of a test node on a file system of its own that keeps project quotas. */
export const quotaPool =
  (kind: QuotaFileSystem) =>
  async ({ pool }: NodePaths): Promise<void> => {
    const image = `${tmpdir()}/ins-pool-${process.pid}.${kind}`;
    mkdirSync(pool, { mode: 0o700 });
    mountNew(kind, image, pool, '4G');
    // gone with its mount
    rmSync(image);
  };
