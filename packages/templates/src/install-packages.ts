import { fault } from '@insula/contract';
import { CommandFailed, type CommandRunner, type GuestTree, type Host } from '@insula/host';
import type { StepContext } from '@insula/operations';
import type { Repository } from './applications/application.ts';
import { repositoryFiles, repositorySuites } from './applications/repositories.ts';
import {
  type AptAccess,
  type AptFacts,
  type ArchiveSuite,
  aptAccess,
  archiveSuites,
  listArchives,
  parseAcquire,
  parseArchives,
  sourcesFile,
} from './archive.ts';
import { MmdebstrapProgress } from './build-progress.ts';
import type { MmdebstrapSource } from './definition.ts';
import { installedPackages, writeGuestFile } from './guest-files.ts';
import { isolated } from './isolation.ts';
import { archivesVariable, mmdebstrapArgv, supersededPackages } from './mmdebstrap.ts';
import { runBuildTool } from './run-build-tool.ts';

interface PackagePorts extends Pick<Host, 'commands' | 'files' | 'guestTrees'> {
  readonly cache: string;
}

export interface PackageInstallation {
  readonly template: string;
  readonly mode: 'bootstrap' | 'install';
  readonly root: string;
  readonly source: MmdebstrapSource;
  readonly distribution: string;
  readonly architecture?: string;
  readonly packages: readonly string[];
  /** Archives beside the distribution's own. */
  readonly repositories?: readonly Repository[];
  readonly context: StepContext;
}

const rootOwner = { uid: 0, gid: 0 } as const;

/** Makes a system of packages in `root`, or adds packages to the one that is there, and sets up its apt as the host's is. */
export async function installPackages(ports: PackagePorts, wanted: PackageInstallation): Promise<void> {
  const { commands, guestTrees } = ports;
  const { context, root, source, template } = wanted;
  const facts = await gatherAptFacts(commands, context.signal);
  const suites = archiveSuites(wanted.distribution, source, facts.archives);
  const repositories = wanted.repositories ?? [];
  const others = await repositorySuites(ports, repositories);
  const access = aptAccess(facts.acquire);
  tellWhereFrom(context, wanted, suites, access);

  const archives = await makeCache(ports, wanted);
  const sourcesPath = `/etc/apt/sources.list.d/${wanted.distribution}.sources`;
  if (suites !== null) {
    // the same suites named twice with different keys would be an error to apt
    await guestTrees.within(root, async (tree) => await tree.removeFile(sourcesPath));
  }
  const progress = new MmdebstrapProgress(wanted.mode);
  await runBuildTool({
    commands,
    argv: isolated(
      `${archives}.lock`,
      [],
      mmdebstrapArgv({
        ...wanted,
        target: root,
        suites: joined(wanted, suites, others),
        aptOptions: access.forBuild,
      }),
    ),
    env: { [archivesVariable]: archives },
    signal: context.signal,
    line: (line) => {
      const step = progress.feed(line);
      if (step !== null) context.progress(step.fraction, step.text);
      if (isRemarkable(line)) context.log(line);
    },
    template,
    what: 'mmdebstrap',
  });
  await guestTrees.within(root, async (tree) => {
    await configureApt(tree, sourcesPath, suites, access);
    for (const file of repositories.flatMap(repositoryFiles)) await writeGuestFile(tree, file);
  });
  await pruneCache(ports, archives, root, context.signal);
}

/** Without archives of its own to name, mmdebstrap would take the others for the distribution's. */
function joined(
  { template }: PackageInstallation,
  suites: readonly ArchiveSuite[] | null,
  others: readonly ArchiveSuite[],
): readonly ArchiveSuite[] | null {
  if (suites !== null || others.length === 0) return suites && [...suites, ...others];
  const problem = "the host's apt knows no archive of the distribution; say source.mirror";
  throw fault('template_build_failed', { template, problem });
}

/** Warnings and errors, but for two warnings about what we do on purpose: a private pool, and no resolver in a template. */
const isRemarkable = (line: string): boolean =>
  /^(?:[WE]: |Err:)/.test(line) && !/unsandboxed as root|Host system does not have a/.test(line);

/** An unreadable configuration counts as an empty one: mmdebstrap then goes by its own. */
export async function gatherAptFacts(commands: CommandRunner, signal: AbortSignal): Promise<AptFacts> {
  const outputOf = async (argv: readonly string[]): Promise<string> => {
    try {
      return (await commands.run(argv, { signal })).stdout;
    } catch (error) {
      if (error instanceof CommandFailed && !error.isCanceled) return '';
      throw error;
    }
  };
  let archives: AptFacts['archives'] = [];
  for (const argv of listArchives) {
    if (archives.length === 0) archives = parseArchives(await outputOf(argv));
  }
  return { archives, acquire: parseAcquire(await outputOf(['apt-config', 'dump'])) };
}

function tellWhereFrom(
  context: StepContext,
  { source }: PackageInstallation,
  suites: readonly ArchiveSuite[] | null,
  access: AptAccess,
): void {
  const named = suites?.map(({ suite }) => suite) ?? [source.suite];
  const from =
    suites === null
      ? "mmdebstrap's own choice"
      : source.mirror === undefined
        ? "the host's archive"
        : source.mirror;
  context.log(`packages of ${named.join(', ')} from ${from}`);
  const missing = source.pockets.filter(
    (pocket) => suites !== null && !named.includes(`${source.suite}-${pocket}`),
  );
  for (const pocket of missing)
    context.log(`the host's apt has no ${pocket} archive: VEs will have none either`);
  for (const name of access.hostOnly) context.log(`${name} is for the host alone and not passed on to VEs`);
}

export async function makeCache(
  { cache, files }: Pick<PackagePorts, 'cache' | 'files'>,
  wanted: Pick<PackageInstallation, 'distribution' | 'source' | 'architecture'>,
): Promise<string> {
  const archives = `${cache}/${[wanted.distribution, wanted.source.suite, wanted.architecture ?? 'native'].join('-')}`;
  // apt fetches as a user of its own, who must be able to walk in
  await files.makeDir(archives, { mode: 0o755 });
  return archives;
}

async function configureApt(
  tree: GuestTree,
  sourcesPath: string,
  suites: readonly ArchiveSuite[] | null,
  access: AptAccess,
): Promise<void> {
  await tree.removeFile('/etc/apt/apt.conf.d/99mmdebstrap');
  await tree.removeFile('/etc/dpkg/dpkg.cfg.d/99mmdebstrap');
  if (suites !== null) {
    await tree.removeFile('/etc/apt/sources.list');
    await tree.writeFile(sourcesPath, sourcesFile(suites), rootOwner);
  }
  const accessPath = '/etc/apt/apt.conf.d/80insula-access';
  if (access.forGuest.length === 0) return await tree.removeFile(accessPath);
  const text = ['// how the node that built this template reaches its archives', ...access.forGuest, ''].join(
    '\n',
  );
  await tree.writeFile(accessPath, text, rootOwner);
}

async function pruneCache(
  ports: PackagePorts,
  archives: string,
  root: string,
  signal: AbortSignal,
): Promise<void> {
  const cached = (await ports.files.list(archives)).map(({ name }) => name);
  for (const name of supersededPackages(cached, await installedPackages(ports, root, signal))) {
    await ports.files.removeFile(`${archives}/${name}`);
  }
}
