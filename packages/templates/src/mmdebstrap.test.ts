import { describe, expect, it } from 'vitest';
import { isolated } from './isolation.ts';
import { mmdebstrapArgv, supersededPackages } from './mmdebstrap.ts';

const source = {
  kind: 'mmdebstrap',
  suite: 'trixie',
  variant: 'minbase',
  components: ['main'],
  pockets: [],
} as const;

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const suites = [{ uri: 'http://mirror.example/debian', suite: 'trixie', components: ['main'], keyring }];
const hooks = [
  '--setup-hook=mkdir -p "$1/var/cache/apt/archives" && mount --bind "$INSULA_ARCHIVES" "$1/var/cache/apt/archives"',
  '--customize-hook=umount "$1/var/cache/apt/archives"',
];

describe('the mmdebstrap command', () => {
  it('bootstraps a whole system', () => {
    expect(
      mmdebstrapArgv({
        mode: 'bootstrap',
        target: '/pool/staging/1/layer/root',
        source: { ...source, components: ['main', 'contrib'], pockets: [] },
        architecture: 'arm64',
        packages: ['systemd', 'curl', 'systemd'],
        suites,
        aptOptions: ['Acquire::Check-Valid-Until "false";'],
      }),
    ).toEqual([
      'mmdebstrap',
      '--mode=root',
      '--format=directory',
      '--verbose',
      '--variant=minbase',
      '--architectures=arm64',
      '--components=main,contrib',
      '--include=systemd,curl',
      '--skip=essential/unlink',
      '--aptopt=Acquire::Check-Valid-Until "false";',
      '--dpkgopt=force-unsafe-io',
      ...hooks,
      'trixie',
      '/pool/staging/1/layer/root',
      `deb [signed-by=${keyring}] http://mirror.example/debian trixie main`,
    ]);
  });

  it('adds packages to a system that is there', () => {
    expect(
      mmdebstrapArgv({
        mode: 'install',
        target: '/root',
        source: { ...source, components: ['main'], pockets: [] },
        packages: ['nginx'],
        suites: null,
        aptOptions: [],
      }),
    ).toEqual([
      'mmdebstrap',
      '--mode=root',
      '--format=directory',
      '--verbose',
      '--variant=custom',
      '--components=main',
      '--include=nginx',
      '--skip=essential/unlink,check/empty',
      '--dpkgopt=force-unsafe-io',
      ...hooks,
      'trixie',
      '/root',
    ]);
  });
});

describe('isolation of a build', () => {
  it('ties the command to this process and to namespaces of its own', () => {
    expect(isolated('/lock', ['--root=/x'], ['/bin/sh']).join(' ')).toBe(
      'setpriv --pdeathsig KILL flock /lock setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount --ipc --uts --root=/x -- /bin/sh',
    );
  });
});

describe('the cache of packages', () => {
  it('drops what a newer version replaced and keeps what other templates use', () => {
    const cached = [
      'curl_8.1-1_amd64.deb',
      'curl_8.2-1_amd64.deb',
      'less_590-2_amd64.deb',
      'vim-tiny_2%3a9.0-1_amd64.deb',
      'lock',
    ];
    expect(supersededPackages(cached, ['curl 8.2-1 amd64', 'vim-tiny 2:9.0-1 amd64'])).toEqual([
      'curl_8.1-1_amd64.deb',
    ]);
  });
});
