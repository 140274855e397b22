import { createHash } from 'node:crypto';
import { fault } from '@insula/contract';
import type { Host } from '@insula/host';
import { archiveSuites, oneLineSources } from '../archive.ts';
import type { MmdebstrapSource } from '../definition.ts';
import { gatherAptFacts, makeCache } from '../install-packages.ts';
import { isolated } from '../isolation.ts';
import { runBuildTool } from '../run-build-tool.ts';
import type { Repository } from './application.ts';
import { cleanStatus } from './package-status.ts';
import { repositorySuites } from './repositories.ts';

/** A system that is to have packages, as the node's apt looks at it. */
export interface PackageRequest {
  /** For errors. */
  readonly application: string;
  readonly distribution: string;
  readonly source: MmdebstrapSource;
  readonly repositories: readonly Repository[];
  readonly packages: readonly string[];
  /** The system's own list of what it has (/var/lib/dpkg/status); not believed. */
  readonly status: string;
  /** A directory of this request alone. */
  readonly scratch: string;
  readonly signal: AbortSignal;
  readonly line?: (line: string) => void;
}

/** A package that has to be installed, or to be replaced by a newer one. */
export interface PackageChange {
  readonly name: string;
  readonly version: string;
  /** Version that is there; null: none. */
  readonly from: string | null;
  /** Name of its file in the cache. */
  readonly file: string;
}

export interface FetchedPackages {
  readonly directory: string;
  readonly changes: readonly PackageChange[];
}

export type PackageFetcher = ReturnType<typeof packageFetcher>;

/** Milliseconds that lists of packages count as today's. */
const listAge = 3_600_000;

/**
 * Works out and fetches packages for systems, with the node's apt and the node's ways to its archives. Every package is fetched once: the
 * cache is the one that template builds use.
 */
export function packageFetcher(ports: Pick<Host, 'commands' | 'files'> & { readonly cache: string }) {
  const { commands, files, cache } = ports;

  /** Lists no older than `maxAge` milliseconds, and the options that make apt see the system through them. */
  async function prepare(request: PackageRequest, maxAge: number) {
    const { application, distribution, source, signal, scratch } = request;
    const archives = await makeCache(ports, { distribution, source });
    await files.makeDir(`${archives}/partial`, { mode: 0o755 });
    const own = archiveSuites(distribution, source, (await gatherAptFacts(commands, signal)).archives);
    if (own === null) {
      throw fault('host_lacks', {
        feature: `an archive of ${distribution} in the configuration of apt`,
        consequence: `packages of ${application} cannot be fetched`,
        remedy: 'add one to /etc/apt/sources.list.d, or name a mirror in the definition of the template',
      });
    }
    const suites = [...own, ...(await repositorySuites(ports, request.repositories))];
    const text = `${oneLineSources(suites).join('\n')}\n`;
    const state = `${cache}/lists/${nameOf(text)}`;
    await files.makeDir(`${state}/lists/partial`, { mode: 0o755 });
    await files.makeDir(`${state}/cache`, { mode: 0o755 });
    await files.makeDir(scratch);
    await files.writeAtomic(`${state}/sources.list`, text, { mode: 0o644 });
    await files.writeAtomic(`${scratch}/status`, cleanStatus(request.status));
    const options = aptOptions({ state, archives, status: `${scratch}/status` });
    const run = async (argv: readonly string[], line: (line: string) => void): Promise<void> => {
      await runBuildTool({
        commands,
        argv: isolated(`${archives}.lock`, [], ['apt-get', ...options, ...argv]),
        env: { DEBIAN_FRONTEND: 'noninteractive' },
        signal,
        line,
        template: application,
        what: 'apt-get',
      });
    };
    const stamp = await files.stat(`${state}/updated`);
    if (stamp === null || Date.now() - stamp.modifiedMs > maxAge) {
      await run(['update', '--error-on=any'], () => undefined);
      await files.writeAtomic(`${state}/updated`, '');
    }
    return { run, archives };
  }

  async function simulate(request: PackageRequest, run: Run): Promise<readonly PackageChange[]> {
    const changes: PackageChange[] = [];
    await run(['--simulate', 'install', ...request.packages], (line) => {
      const change = parseChange(line);
      if (change !== null) changes.push(change);
    });
    return changes;
  }

  return {
    /** What would have to be installed or replaced. @throws CodedError template_build_failed, host_lacks */
    async plan(request: PackageRequest, maxAge = listAge): Promise<readonly PackageChange[]> {
      const { run } = await prepare(request, maxAge);
      try {
        return await simulate(request, run);
      } finally {
        await files.removeTree(request.scratch);
      }
    },

    /** The same, with the packages in the cache. @throws CodedError template_build_failed, host_lacks */
    async fetch(request: PackageRequest): Promise<FetchedPackages> {
      const { run, archives } = await prepare(request, listAge);
      try {
        const changes = await simulate(request, run);
        const line = request.line ?? (() => undefined);
        if (changes.length > 0) await run(['--yes', '--download-only', 'install', ...request.packages], line);
        return { directory: archives, changes };
      } finally {
        await files.removeTree(request.scratch);
      }
    },
  };
}

type Run = (argv: readonly string[], line: (line: string) => void) => Promise<void>;

/** A line of `apt-get --simulate`: `Inst nginx [1.22.0-1] (1.22.1-9 Debian:12.5/stable [amd64])`. Null for all others. Pure. */
export function parseChange(line: string): PackageChange | null {
  const match =
    /^Inst ([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?(?: \[([^\]]+)\])? \(([A-Za-z0-9.+:~-]+) .*\[([a-z0-9-]+)\]/.exec(
      line,
    );
  const [, name, from = null, version, architecture] = match ?? [];
  if (name === undefined || version === undefined || architecture === undefined) return null;
  // apt writes the colon of an epoch as %3a
  return { name, version, from, file: `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb` };
}

/** Everything of the host's own apt that depends on the host's system is set aside; how it reaches archives is not. Pure. */
function aptOptions(places: {
  readonly state: string;
  readonly archives: string;
  readonly status: string;
}): readonly string[] {
  const settings: Readonly<Record<string, string>> = {
    'Dir::Etc::SourceList': `${places.state}/sources.list`,
    'Dir::Etc::SourceParts': '-',
    'Dir::Etc::Preferences': '-',
    'Dir::Etc::PreferencesParts': '-',
    'Dir::State': places.state,
    'Dir::State::Lists': `${places.state}/lists`,
    'Dir::State::Status': places.status,
    'Dir::State::Extended_States': '/dev/null',
    'Dir::Cache': `${places.state}/cache`,
    'Dir::Cache::Archives': places.archives,
    'Dir::Log': places.state,
    'APT::Install-Recommends': 'false',
    'APT::Keep-Downloaded-Packages': 'true',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Debug::NoLocking': 'true',
    'DPkg::Pre-Install-Pkgs': '',
    'DPkg::Post-Invoke': '',
    'APT::Update::Post-Invoke': '',
    'APT::Update::Post-Invoke-Success': '',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Sources with the same text share their lists. */
const nameOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
