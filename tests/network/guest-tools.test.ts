import { compileGuestFiles, guestFileContent } from '@insula/network';
import { beforeAll, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

/** Whether programs that configure networks in other distributions understand what is written for them: Debian has them, too. */
const node = useNode({
  templates: ['debian-12'],
  onMachineNetwork: true,
  config: { network: { pools: [{ name: 'six', prefix: 'fd00:99::/64', exclude: [], reserve: [] }] } },
});

let gateways = { gateway: '', gateway6: '' };

const packages = 'netplan.io network-manager iputils-ping';

beforeAll(async () => {
  await node.create({
    name: 'g1',
    template: 'debian-12',
    addresses: ['pool:default', 'pool:six'],
    start: true,
  });
  await node.wait('g1');
  gateways = { gateway: await wayOut(4), gateway6: await wayOut(6) };
  await node.inside(
    'g1',
    `set -e; export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq; apt-get install -y -qq --no-install-recommends ${packages} >/dev/null 2>&1
    systemctl disable --now NetworkManager >/dev/null 2>&1
    : > /etc/network/interfaces`,
  );
});

const wayOut = async (family: 4 | 6): Promise<string> =>
  await node.inside('g1', `ip -${family} route show default | cut -d' ' -f3`);

/** What is written into a VE of a distribution, beside names. */
async function filesFor(distribution: string) {
  const { addresses, hostname } = await node.show('g1');
  const dns = { servers: [], search: [] };
  const all = compileGuestFiles({
    hostname,
    dns,
    addresses,
    interfaces: [],
    ...gateways,
    distribution,
  });
  return all.flatMap((file) => {
    const content = guestFileContent(file, null);
    return content === null || !content.includes('eth0') ? [] : [{ ...file, content }];
  });
}

/** Its socket would start it again at once. */
const stopNetworkd = 'systemctl stop systemd-networkd.socket systemd-networkd.service';

test.for([
  ['arch', 'systemd-networkd', 'systemctl start systemd-networkd', stopNetworkd],
  ['ubuntu', 'netplan', 'netplan generate && systemctl start systemd-networkd', stopNetworkd],
  ['fedora', 'NetworkManager', 'systemctl start NetworkManager', 'systemctl stop NetworkManager'],
] as const)(
  'what is written for %s lets %s bring the network up from nothing',
  async ([distribution, , start, stop]) => {
    const { addresses } = await node.show('g1');
    const files = await filesFor(distribution);
    expect(files).not.toEqual([]);
    for (const { path, content, mode } of files) {
      await node.inside(
        'g1',
        `mkdir -p "$(dirname ${path})"; cat > ${path} <<'FILE'\n${content}FILE\nchmod ${mode.toString(8)} ${path}`,
      );
    }
    try {
      await node.inside(
        'g1',
        'ip link set eth0 down; ip -4 address flush dev eth0; ip -6 route flush dev eth0',
      );
      await node.inside('g1', start);
      for (const address of addresses) {
        await eventually(`${address} answers`, async () => {
          const ping = await node.namespace.attempt('ping', '-c1', '-W1', address);
          return ping.code === 0;
        });
      }
      expect({ gateway: await wayOut(4), gateway6: await wayOut(6) }).toEqual(gateways);
    } finally {
      await node.inside('g1', `${stop}; rm -f ${files.map(({ path }) => path).join(' ')}`);
    }
  },
);
