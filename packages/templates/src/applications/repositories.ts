import { createHash } from 'node:crypto';
import type { Files } from '@insula/host';
import { type ArchiveSuite, sourcesFile } from '../archive.ts';
import type { GuestFile } from '../definition.ts';
import type { Repository } from './application.ts';

/** Repositories as the node's own apt takes them; their keys are kept with the cached packages, by their content. */
export async function repositorySuites(
  { files, cache }: { readonly files: Files; readonly cache: string },
  repositories: readonly Repository[],
): Promise<readonly ArchiveSuite[]> {
  const suites: ArchiveSuite[] = [];
  for (const { uri, suite, components, key } of repositories) {
    const keyring = `${cache}/keys/${createHash('sha256').update(key).digest('hex')}.asc`;
    await files.makeDir(`${cache}/keys`, { mode: 0o755 });
    // apt checks signatures as a user of its own
    await files.writeAtomic(keyring, key, { mode: 0o644 });
    suites.push({ uri, suite, components, keyring });
  }
  return suites;
}

/** The files that make apt in a system know a repository. */
export function repositoryFiles({ name, uri, suite, components, key }: Repository): readonly GuestFile[] {
  const keyring = `/etc/apt/keyrings/${name}.asc`;
  const text = sourcesFile([{ uri, suite, components, keyring }]);
  return [
    { path: keyring, content: key },
    { path: `/etc/apt/sources.list.d/${name}.sources`, content: text },
  ];
}
