import { expect, test } from 'vitest';
import { compileGuestFiles, type GuestNetwork, guestFileContent } from './guest-files.ts';

const network: GuestNetwork = {
  hostname: 'web1.example.org',
  dns: { servers: ['192.0.2.1', '192.0.2.2'], search: ['example.org', 'example.net'] },
  addresses: ['10.101.0.2', '10.101.0.3'],
  interfaces: [],
  gateway: '169.254.101.1',
  gateway6: 'fe80::1',
  distribution: 'debian',
};

const written = (of: GuestNetwork, existing: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    compileGuestFiles(of).map((file) => [file.path, guestFileContent(file, existing[file.path] ?? null)]),
  );

test('a fresh Debian VE gets files that agree with its network', () => {
  expect(written(network)).toEqual({
    '/etc/hostname': 'web1.example.org\n',
    '/etc/hosts': `# --- insula ---
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
10.101.0.2 web1.example.org web1
10.101.0.3 web1.example.org web1
# --- end of insula ---
`,
    '/etc/resolv.conf': `# --- insula ---
nameserver 192.0.2.1
nameserver 192.0.2.2
search example.org example.net
# --- end of insula ---
`,
    '/etc/network/interfaces': `# --- insula ---
auto eth0
iface eth0 inet manual
    up ip link set dev eth0 up
    up ip address replace 10.101.0.2/32 dev eth0
    up ip address replace 10.101.0.3/32 dev eth0
    up ip route replace 169.254.101.1/32 dev eth0 scope link
    up ip route replace default via 169.254.101.1 dev eth0
# --- end of insula ---
`,
  });
});

test('files that are right already are not written again', () => {
  const first = written(network) as Record<string, string>;
  expect(Object.values(written(network, first))).toEqual([null, null, null, null]);
});

test('a VE’s owner keeps the lines of /etc/hosts', () => {
  const first = written(network)['/etc/hosts'] ?? '';
  const edited = `192.0.2.80 db\n${first}192.0.2.81 cache\n`;
  const moved = { ...network, addresses: ['10.101.0.9'] };
  expect(written(moved, { '/etc/hosts': edited })['/etc/hosts']).toBe(`192.0.2.80 db
# --- insula ---
127.0.0.1 localhost
::1 localhost ip6-localhost ip6-loopback
10.101.0.9 web1.example.org web1
# --- end of insula ---
192.0.2.81 cache
`);
});

test('a VE without an address finds its own name on the loopback', () => {
  const files = written({ ...network, hostname: 'web1', addresses: [] });
  expect(files['/etc/hosts']).toContain('\n127.0.1.1 web1\n');
});

test('without name servers resolv.conf is left to the VE', () => {
  const files = written(
    { ...network, dns: { servers: [], search: [] } },
    { '/etc/resolv.conf': 'nameserver 192.0.2.7\n' },
  );
  expect(files['/etc/resolv.conf']).toBeNull();
});

test('a distribution that nothing is known of gets names only', () => {
  expect(Object.keys(written({ ...network, distribution: 'none' }))).toEqual([
    '/etc/hostname',
    '/etc/hosts',
    '/etc/resolv.conf',
  ]);
});

test.for(['debian', 'arch', 'ubuntu', 'fedora'])(
  'the link of a VE of %s, as its own tools read it',
  async (distribution) => {
    const six = { ...network, addresses: ['10.101.0.2', 'fd00:101::2'], distribution };
    const [file] = compileGuestFiles(six).slice(3);
    if (file?.kind !== 'block') throw new Error('no file for the link');
    const text = `${file.path} ${file.mode.toString(8)}\n${guestFileContent(file, null)}`;
    await expect(text).toMatchFileSnapshot(`golden/${distribution}.txt`);
    const edited = `# mine\n${guestFileContent(file, null)}# mine, too\n`;
    expect(guestFileContent(file, edited)).toBeNull();
  },
);
