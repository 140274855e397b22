import { describe, expect, it } from 'vitest';
import {
  aptAccess,
  archiveSuites,
  oneLineSources,
  parseAcquire,
  parseArchives,
  sourcesFile,
} from './archive.ts';
import type { MmdebstrapSource } from './definition.ts';

const bookworm: MmdebstrapSource = {
  kind: 'mmdebstrap',
  suite: 'bookworm',
  variant: 'minbase',
  components: ['main'],
  pockets: ['updates', 'security'],
};

const debianHost = parseArchives(
  [
    'trixie|main|HashiCorp|https://vendor.example/',
    'trixie|main|Debian|http://mirror.example/debian/',
    'trixie-updates|main|Debian|http://mirror.example/debian/',
    'trixie-security|main|Debian|http://mirror.example/debian-security/',
    '',
  ].join('\n'),
);

describe('archives of a template', () => {
  it('are those of the host for another suite, not those of another vendor', () => {
    const suites = archiveSuites('debian', bookworm, debianHost) ?? [];
    expect(oneLineSources(suites)).toEqual([
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian/ bookworm main',
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian/ bookworm-updates main',
      'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.example/debian-security/ bookworm-security main',
    ]);
  });

  it('are told by their address while apt has no lists', () => {
    const withoutLists = parseArchives(
      [
        'trixie|main|$(ORIGIN)|https://vendor.example/',
        'trixie|main|$(ORIGIN)|http://mirror.example/debian',
        'trixie-security|main||http://mirror.example/debian-security',
      ].join('\n'),
    );
    expect(archiveSuites('debian', bookworm, withoutLists)?.map(({ uri }) => uri)).toEqual([
      'http://mirror.example/debian',
      'http://mirror.example/debian',
      'http://mirror.example/debian-security',
    ]);
  });

  it('lack security fixes when the host names no archive for them', () => {
    const suites = archiveSuites('debian', bookworm, debianHost.slice(0, 2)) ?? [];
    expect(suites.map(({ suite }) => suite)).toEqual(['bookworm', 'bookworm-updates']);
  });

  it('are left to mmdebstrap when the host is of another distribution', () => {
    const ubuntu = parseArchives('noble|main|Ubuntu|http://mirror.example/ubuntu/');
    expect(archiveSuites('debian', bookworm, ubuntu)).toBeNull();
  });

  it('are left to mmdebstrap when the host reads packages from a disc', () => {
    expect(
      archiveSuites('debian', bookworm, parseArchives('trixie|main|Debian|cdrom://[Debian]/')),
    ).toBeNull();
  });

  it('begin with the mirror that the definition names', () => {
    const source = { ...bookworm, mirror: 'https://own.example/debian', pockets: [] };
    expect(archiveSuites('debian', source, debianHost)).toEqual([
      {
        uri: 'https://own.example/debian',
        suite: 'bookworm',
        components: ['main'],
        keyring: '/usr/share/keyrings/debian-archive-keyring.gpg',
      },
    ]);
  });

  it('are written for the VE in the form that new versions of apt want', () => {
    expect(
      sourcesFile(archiveSuites('debian', { ...bookworm, pockets: ['updates'] }, debianHost) ?? []),
    ).toBe(
      `Types: deb
URIs: http://mirror.example/debian/
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian/
Suites: bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`,
    );
  });
});

describe('access to archives', () => {
  const acquire = parseAcquire(
    [
      'APT::Architecture "amd64";',
      'Acquire "";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::https::Proxy "http://user:secret@proxy.example:3128";',
      'Acquire::http::Proxy::mirror.example "http://127.0.0.1:3142";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::Languages:: "none";',
    ].join('\n'),
  );

  it('is passed on whole to the build', () => {
    expect(aptAccess(acquire).forBuild).toEqual([
      'Acquire::Check-Valid-Until "false";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
      'Acquire::http::Proxy::mirror.example "http://127.0.0.1:3142";',
      'Acquire::https::Proxy "http://user:secret@proxy.example:3128";',
    ]);
  });

  it('keeps passwords and addresses of the host itself from VEs', () => {
    const access = aptAccess(acquire);
    expect(access.forGuest).toEqual([
      'Acquire::Check-Valid-Until "false";',
      'Acquire::http::Proxy "http://proxy.example:3128";',
    ]);
    expect(access.hostOnly).toEqual(['Acquire::http::Proxy::mirror.example', 'Acquire::https::Proxy']);
  });
});
