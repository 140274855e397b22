import type { MmdebstrapSource } from './definition.ts';

/** One package list of the host's own apt configuration. */
export interface HostArchive {
  readonly uri: string;
  /** Suite or codename, as the configuration names it. */
  readonly release: string;
  readonly component: string;
  /** What the archive calls itself ("Debian"); null while its lists have not been fetched. */
  readonly origin: string | null;
}

/** How the host reaches archives. */
export interface AptFacts {
  readonly archives: readonly HostArchive[];
  /** Settings below `Acquire::` by full name. */
  readonly acquire: Readonly<Record<string, string>>;
}

/** A suite of an archive, as one stanza of a sources file. */
export interface ArchiveSuite {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly keyring: string;
}

/** Commands that tell what `parseArchives` reads. The second knows no origins, but needs no fetched lists. */
export const listArchives: readonly (readonly string[])[] = [[], ['--no-release-info']].map((options) => [
  'apt-get',
  'indextargets',
  ...options,
  '--format',
  '$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(REPO_URI)',
  'Created-By: Packages',
]);

/** Reads what `listArchives` answers; a field that apt knows nothing about stays as `$(NAME)` in its output. */
export function parseArchives(output: string): readonly HostArchive[] {
  return output.split('\n').flatMap((line) => {
    const [release, component, origin, ...uri] = line.split('|');
    if (release === undefined || component === undefined || origin === undefined || uri.length === 0)
      return [];
    return [
      {
        uri: uri.join('|'),
        release,
        component,
        origin: origin.startsWith('$(') || origin === '' ? null : origin,
      },
    ];
  });
}

/** Reads the `Acquire::` lines of `apt-config dump`. */
export function parseAcquire(dump: string): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  for (const line of dump.split('\n')) {
    const match = /^(Acquire::[^ ]+) "(.*)";$/.exec(line);
    const [, name, value] = match ?? [];
    if (name !== undefined && value !== undefined && value !== '') settings[name] = value;
  }
  return settings;
}

const keyrings: Readonly<Record<string, string>> = {
  debian: '/usr/share/keyrings/debian-archive-keyring.gpg',
  ubuntu: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
};

/**
 * Where a template's packages come from, in the build and later in its VEs: the definition's own mirror, else where the host gets
 * the same distribution from. Null when neither is known: then mmdebstrap's own choice for the suite stands.
 */
export function archiveSuites(
  distribution: string,
  source: MmdebstrapSource,
  archives: readonly HostArchive[],
): readonly ArchiveSuite[] | null {
  const own = archivesOf(distribution, archives);
  const uriFor = (pocket: string): string | undefined =>
    own.find(({ release }) => (pocket === '' ? !release.includes('-') : release.endsWith(`-${pocket}`)))?.uri;
  const keyring = source.keyring ?? keyrings[distribution];
  const main = source.mirror ?? uriFor('');
  if (main === undefined || keyring === undefined) return null;
  const { components } = source;
  const suites: ArchiveSuite[] = [{ uri: main, suite: source.suite, components, keyring }];
  for (const pocket of source.pockets) {
    // updates lie beside the main suite; security fixes may have an archive of their own, which only the host can tell
    const uri = pocket === 'updates' ? main : uriFor(pocket);
    if (uri !== undefined) suites.push({ uri, suite: `${source.suite}-${pocket}`, components, keyring });
  }
  return suites;
}

/** Archives of other vendors often use the distribution's own suite names: the origin tells them apart, else the address. */
function archivesOf(distribution: string, archives: readonly HostArchive[]): readonly HostArchive[] {
  const reachable = archives.filter(({ uri, component }) => component === 'main' && /^https?:\/\//.test(uri));
  const byOrigin = reachable.filter(({ origin }) => origin?.toLowerCase() === distribution);
  if (byOrigin.length > 0) return byOrigin;
  const address = new RegExp(`/${distribution}(?:-security)?/?$`);
  return reachable.filter(({ origin, uri }) => origin === null && address.test(uri));
}

/** One-line sources entries, as mmdebstrap takes them for its MIRROR arguments. */
export function oneLineSources(suites: readonly ArchiveSuite[]): readonly string[] {
  return suites.map(
    ({ uri, suite, components, keyring }) =>
      `deb [signed-by=${keyring}] ${uri} ${suite} ${components.join(' ')}`,
  );
}

/** The same as a deb822 file for the VE: newer apts complain about the one-line form. */
export function sourcesFile(suites: readonly ArchiveSuite[]): string {
  return suites
    .map(({ uri, suite, components, keyring }) =>
      [
        'Types: deb',
        `URIs: ${uri}`,
        `Suites: ${suite}`,
        `Components: ${components.join(' ')}`,
        `Signed-By: ${keyring}`,
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** What the host needs to reach archives, its VEs need too: proxies, and leave to use a frozen mirror. */
const accessSettings =
  /^Acquire::(?:(?:http|https)::(?:Proxy(?:::[A-Za-z0-9.-]+)?)|Check-Valid-Until|Check-Date|Max-FutureTime|ForceIPv[46])$/;

export interface AptAccess {
  /** apt.conf(5) lines for the build, which runs in the host's network. */
  readonly forBuild: readonly string[];
  /** Those of them that work, and may be seen, inside a VE. */
  readonly forGuest: readonly string[];
  /** Names of settings that only the host can use. */
  readonly hostOnly: readonly string[];
}

/** Sorts the host's ways to its archives by who may have them: a VE must neither get a password nor the host's loopback. */
export function aptAccess(acquire: Readonly<Record<string, string>>): AptAccess {
  const forBuild: string[] = [];
  const forGuest: string[] = [];
  const hostOnly: string[] = [];
  for (const [name, value] of Object.entries(acquire).sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (!accessSettings.test(name) || value.includes('"')) continue;
    forBuild.push(`${name} "${value}";`);
    if (isForHostOnly(value)) hostOnly.push(name);
    else forGuest.push(`${name} "${value}";`);
  }
  return { forBuild, forGuest, hostOnly };
}

function isForHostOnly(value: string): boolean {
  if (!value.includes('://')) return false;
  if (!URL.canParse(value)) return true;
  const { username, password, hostname } = new URL(value);
  return (
    username !== '' ||
    password !== '' ||
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    hostname.startsWith('127.')
  );
}
