import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createLinuxHost } from '@insula/host';
import type { NodePaths } from '../harness/node-config.ts';

const gibibyte = 1_073_741_824;

/** Puts the pool of a test node on a btrfs of its own. */
export async function btrfsPool({ pool }: NodePaths): Promise<void> {
  const { diskImages, btrfs } = createLinuxHost({ runcRoot: '/nonexistent' });
  // not in the node's folder, and gone with its mount
  const image = { path: `${tmpdir()}/ins-pool-${process.pid}.img`, fileSystem: 'btrfs' } as const;
  mkdirSync(pool, { mode: 0o700 });
  await diskImages.make(image.path, { sizeBytes: 4 * gibibyte, fileSystem: 'btrfs' });
  await diskImages.mount(image, pool);
  rmSync(image.path);
  await btrfs.enableQuotas(pool);
}
