import { expect, test } from 'vitest';
import { newInterface } from '../interfaces/interface.ts';
import { compileGuestFiles, type GuestNetwork, guestFileContent } from './guest-files.ts';

const lan0 = newInterface(
  {
    name: 'lan0',
    device: 'br0',
    mac: '02:00:00:00:00:01',
    addresses: ['192.0.2.10/24', '2001:db8::10/64'],
    gateway: '192.0.2.1',
    gateway6: 'fe80::1',
    mtu: 1400,
  },
  [],
);
const lan1 = newInterface({ name: 'lan1', device: 'br1', mac: '02:00:00:00:00:02', dhcp: true }, [lan0]);
const network: GuestNetwork = {
  hostname: 'web1',
  dns: { servers: [], search: [] },
  addresses: ['10.101.0.2'],
  interfaces: [lan0, lan1],
  gateway: '169.254.101.1',
  gateway6: 'fe80::1',
  distribution: 'debian',
};

test.for(['debian', 'alpine', 'arch', 'ubuntu', 'fedora'])(
  'interfaces beside the routed link, as tools of %s read them',
  async (distribution) => {
    const files = compileGuestFiles({ ...network, distribution }).slice(3);
    const text = files
      .map((file) => `${file.path} ${file.mode.toString(8)}\n${guestFileContent(file, null)}`)
      .join('\n');
    await expect(text).toMatchFileSnapshot(`golden/interfaces-${distribution}.txt`);
  },
);

test.for(['debian', 'arch', 'ubuntu'])(
  'without routed addresses the way out of %s is the gateway of the interface alone',
  (distribution) => {
    const files = compileGuestFiles({ ...network, distribution, addresses: [] }).slice(3);
    const text = files.map((file) => guestFileContent(file, null)).join('');
    expect(text).toContain('192.0.2.1');
    expect(text).not.toMatch(/(?:default via|Gateway=|via: ")169\.254\.101\.1/);
  },
);
