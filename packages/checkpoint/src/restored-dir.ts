import type { CheckpointPorts } from './ports.ts';

/**
 * Makes a directory that a VE's processes may look names up in, or with mode 0o750 read: while they are being restored they are the
 * VE's already, and read their images.
 */
export async function makeRestoredDir(
  { files, registry }: Pick<CheckpointPorts, 'files' | 'registry'>,
  uuid: string,
  path: string,
  { mode }: { readonly mode: 0o710 | 0o750 } = { mode: 0o710 },
): Promise<void> {
  await files.makeDir(path, { mode });
  const entry = registry.get(uuid);
  if (entry !== undefined) await files.changeOwner(path, 0, entry.spec.idBase);
}
