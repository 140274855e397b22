import type { PoolLayout } from '@insula/vzfs';

/** Where one checkpoint lies: the images of CRIU, and what they do not have. */
export interface CheckpointPaths {
  readonly dir: string;
  readonly images: string;
  readonly description: string;
}

export function checkpointPaths(dir: string): CheckpointPaths {
  return { dir, images: `${dir}/images`, description: `${dir}/checkpoint.json` };
}

/** The checkpoint of a suspended VE, while it is written (`unfinished`), as it lies there, and while it is brought back (`used`). */
export function suspendedPaths(pool: PoolLayout, uuid: string) {
  const dir = pool.privateArea(uuid).checkpoint;
  return { saved: dir, unfinished: `${dir}.new`, used: `${dir}.used` } as const;
}
