import { join } from 'node:path';
import { run } from './programs.ts';

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
