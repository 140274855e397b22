import type { VeTraffic } from '@insula/contract';
import { spoofedPackets, trafficRows } from '@insula/network';
import type { Node } from '../node.ts';

interface Wanted {
  readonly ve?: string;
  readonly class?: number;
  readonly family?: 'ipv4' | 'ipv6';
}

const idle = { class: 1, family: 'ipv4', inBytes: 0, inPackets: 0, outBytes: 0, outPackets: 0 } as const;

/** What VEs have received and sent, in the order of their CTIDs; one that has not has a row all the same. */
export async function traffic({ registry, ledger }: Node, wanted: Wanted): Promise<VeTraffic[]> {
  const only = wanted.ve === undefined ? undefined : registry.find(wanted.ve).spec.uuid;
  const books = await ledger.read();
  return registry
    .list()
    .filter(({ spec }) => only === undefined || spec.uuid === only)
    .flatMap(({ spec: { uuid, ctid, name } }) => {
      const totals = books.get(uuid) ?? {};
      const rows = trafficRows(totals);
      return (rows.length === 0 ? [idle] : rows)
        .filter((row) => wanted.class === undefined || row.class === wanted.class)
        .filter((row) => wanted.family === undefined || row.family === wanted.family)
        .map((row) => ({ uuid, ctid, name, ...row, spoofed: spoofedPackets(totals) }));
    });
}
