import { createLinuxHost } from '@insula/host';

/** Says to the network behind a device that two addresses are ours, as somebody does who wants the packets of others. */
const [device = '', ...addresses] = process.argv.slice(2);
const { neighbours } = createLinuxHost({ runcRoot: '/nonexistent' });
const own = neighbours.localNetworks().find((network) => network.device === device);
for (const address of addresses) {
  await neighbours.announce({ device, mac: own?.mac ?? '', address });
}
