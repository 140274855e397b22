import { type ArchiveSuite, oneLineSources } from './archive.ts';
import type { MmdebstrapSource } from './definition.ts';

export interface MmdebstrapRun {
  /** `bootstrap`: a new system in an empty directory. `install`: more packages for the system that is there. */
  readonly mode: 'bootstrap' | 'install';
  readonly target: string;
  readonly source: MmdebstrapSource;
  readonly architecture?: string | undefined;
  readonly packages: readonly string[];
  /** Null: mmdebstrap's own choice for the suite. */
  readonly suites: readonly ArchiveSuite[] | null;
  /** apt.conf(5) lines. */
  readonly aptOptions: readonly string[];
}

/** The variable that carries the directory of cached packages into the hooks; a path in the hook would need quoting. */
export const archivesVariable = 'INSULA_ARCHIVES';

/**
 * The mmdebstrap command of a build; pure. It runs as root in a mount namespace of its own (see `isolated`).
 *
 * dpkg may write without fsync: a build that a crash cut off is thrown away, and a whole one is synced before it is published.
 */
export function mmdebstrapArgv(run: MmdebstrapRun): readonly string[] {
  const { source } = run;
  const skip = ['essential/unlink', ...(run.mode === 'install' ? ['check/empty'] : [])];
  const mirrors = run.suites === null ? [] : oneLineSources(run.suites);
  const packages = [...new Set(run.packages)];
  return [
    'mmdebstrap',
    '--mode=root',
    '--format=directory',
    '--verbose',
    `--variant=${run.mode === 'install' ? 'custom' : source.variant}`,
    ...(run.architecture === undefined ? [] : [`--architectures=${run.architecture}`]),
    `--components=${source.components.join(',')}`,
    ...(packages.length === 0 ? [] : [`--include=${packages.join(',')}`]),
    `--skip=${skip.join(',')}`,
    ...run.aptOptions.map((line) => `--aptopt=${line}`),
    '--dpkgopt=force-unsafe-io',
    // packages are kept between builds; unmounted before mmdebstrap empties its own cache
    `--setup-hook=mkdir -p "$1/var/cache/apt/archives" && mount --bind "$${archivesVariable}" "$1/var/cache/apt/archives"`,
    '--customize-hook=umount "$1/var/cache/apt/archives"',
    source.suite,
    run.target,
    ...mirrors,
  ];
}

/** Cached packages that a newer version in the new system has replaced. `installed` holds lines "NAME VERSION ARCHITECTURE". */
export function supersededPackages(
  cached: readonly string[],
  installed: readonly string[],
): readonly string[] {
  const current = new Map<string, string>();
  for (const line of installed) {
    const [name, version, architecture] = line.split(' ');
    if (name !== undefined && version !== undefined && architecture !== undefined) {
      // apt writes the colon of an epoch as %3a
      current.set(name, `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`);
    }
  }
  return cached.filter((file) => {
    const wanted = current.get(file.split('_', 1)[0] ?? '');
    return file.endsWith('.deb') && wanted !== undefined && wanted !== file;
  });
}
