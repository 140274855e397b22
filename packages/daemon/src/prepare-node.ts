import type { NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';
import type { RunLayout } from '@insula/ve';
import type { PoolLayout } from '@insula/vzfs';
import { preparePool } from './prepare-pool.ts';

export interface Prepared {
  /** The node has booted since its VEs were last started with it: nothing of an earlier run is alive, or not all had their turn. */
  readonly autostartDue: boolean;
}

/** Makes the folders that everything else stands on. Repeating it changes nothing. */
export async function prepareNode(
  host: Pick<Host, 'files' | 'mounts' | 'diskImages' | 'btrfs'>,
  config: NodeConfig,
  layouts: { readonly pool: PoolLayout; readonly run: RunLayout },
): Promise<Prepared> {
  const { pool, run } = layouts;
  await preparePool(host, config);
  for (const dir of [config.stateDir, pool.root, pool.layers, pool.objects, pool.privateAreas, pool.staging])
    await host.files.makeDir(dir);
  await forgetEarlierBoot(host, run);
  // VE root walks through these two to its own folder below.
  for (const dir of [run.root, run.ves]) await host.files.makeDir(dir, { mode: 0o711 });
  for (const dir of [run.exits, run.runcRoot]) await host.files.makeDir(dir);
  // Roots of VEs must not appear in the mount namespaces of services that share ours.
  await host.mounts.isolate(run.ves);
  return { autostartDue: !(await host.files.exists(autostarted(run))) };
}

/** To be called once all VEs that start with the node have had their turn. */
export async function noteAutostarted(files: Host['files'], run: RunLayout): Promise<void> {
  await files.writeAtomic(autostarted(run), '');
}

const autostarted = (run: RunLayout) => `${run.root}/autostarted`;

/**
 * What an earlier boot left in a run directory that outlives boots is of no use any more: its pids mean other processes now. The
 * kernel's boot id, noted at the first start, tells; a mount there, which no boot outlives, tells that the note was lost.
 */
async function forgetEarlierBoot(
  { files, mounts }: Pick<Host, 'files' | 'mounts'>,
  run: RunLayout,
): Promise<void> {
  const current = await files.readText('/proc/sys/kernel/random/boot_id');
  const note = `${run.root}/boot-id`;
  if ((await files.readTextIfExists(note)) === current) return;
  if (!(await mounts.isMounted(run.ves))) {
    for (const dir of [run.exits, run.runcRoot, run.ves]) await files.removeTree(dir);
    await files.removeFile(autostarted(run));
  }
  await files.makeDir(run.root, { mode: 0o711 });
  await files.writeAtomic(note, current);
}
