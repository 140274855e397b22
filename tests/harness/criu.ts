import { join } from 'node:path';
import { attempt, run } from './programs.ts';

/** Kept from run to run, as templates are. */
const prefix = '/var/cache/insula/criu';

export const criuDir = `${prefix}/bin`;

let had: Promise<unknown> | undefined;

/** Installs a CRIU that this kernel can run, once per machine. */
export async function haveCriu(): Promise<void> {
  const script = join(import.meta.dirname, '..', '..', 'setup', 'criu.sh');
  had ??= run([script, prefix], { timeout: 600_000 });
  await had;
}

/** Whether the kernel tells which pages were written to: memory goes to another node in rounds then. */
export async function tracksMemory(): Promise<boolean> {
  await haveCriu();
  return (await attempt([`${criuDir}/criu`, 'check', '--feature', 'mem_dirty_track'])).code === 0;
}
