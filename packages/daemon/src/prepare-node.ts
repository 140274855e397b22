import type { NodeConfig } from '@insula/contract';
import type { Host } from '@insula/host';
import type { RunLayout } from '@insula/ve';
import type { PoolLayout } from '@insula/vzfs';

export interface Prepared {
  /** The node has booted since a daemon last ran here: nothing of an earlier run is alive. */
  readonly freshBoot: boolean;
}

/** Makes the folders that everything else stands on. Repeating it changes nothing. */
export async function prepareNode(
  host: Pick<Host, 'files' | 'mounts'>,
  config: NodeConfig,
  layouts: { readonly pool: PoolLayout; readonly run: RunLayout },
): Promise<Prepared> {
  const { pool, run } = layouts;
  for (const dir of [config.stateDir, pool.root, pool.layers, pool.objects, pool.privateAreas, pool.staging])
    await host.files.makeDir(dir);
  const freshBoot = await noteBoot(host.files, run);
  // VE root walks through these two to its own folder below.
  for (const dir of [run.root, run.ves]) await host.files.makeDir(dir, { mode: 0o711 });
  for (const dir of [run.exits, run.runcRoot]) await host.files.makeDir(dir);
  // Roots of VEs must not appear in the mount namespaces of services that share ours.
  await host.mounts.isolate(run.ves);
  return { freshBoot };
}

/** Compares the kernel's boot id with the one noted; what an earlier boot left in the run directory is of no use any more. */
async function noteBoot(files: Host['files'], run: RunLayout): Promise<boolean> {
  const current = await files.readText('/proc/sys/kernel/random/boot_id');
  const note = `${run.root}/boot-id`;
  if ((await files.readTextIfExists(note)) === current) return false;
  for (const dir of [run.exits, run.runcRoot]) await files.removeTree(dir);
  await files.makeDir(run.root, { mode: 0o711 });
  await files.writeAtomic(note, current);
  return true;
}
