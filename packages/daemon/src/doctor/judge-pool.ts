import type { Finding } from '@insula/contract';
import type { Host, QuotaType } from '@insula/host';

/** What limits private areas can have in a pool. */
export interface PoolFacts {
  readonly fileSystem: string;
  readonly quotas: readonly QuotaType[];
}

export async function gatherPoolFacts(
  { files, quotas }: Pick<Host, 'files' | 'quotas'>,
  pool: string,
): Promise<PoolFacts> {
  return { fileSystem: (await files.fileSystem(pool)).type, quotas: await quotas.enforced(pool) };
}

/** What the file system of a pool means for the disk space of its VEs. */
export function judgePool({ fileSystem, quotas }: PoolFacts): Finding {
  const feature = 'limits of private areas';
  const found = (text: string): Finding => ({
    feature,
    state: 'ok',
    found: text,
    consequence: '',
    remedy: '',
  });
  if (fileSystem === 'btrfs') return found('subvolumes with quota groups');
  if (quotas.includes('project')) return found(`project quotas of ${fileSystem}`);
  return {
    feature,
    state: 'degraded',
    found: `none on ${fileSystem}`,
    consequence: 'the disk space of VEs is limited in layout image only',
    remedy:
      'keep the pool on btrfs (poolImage in the configuration makes one), or on ext4 (made with -O quota,project) or xfs that is mounted with prjquota',
  };
}
