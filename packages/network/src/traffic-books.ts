import { trafficOf } from './traffic-classes.ts';

export interface Counted {
  readonly bytes: number;
  readonly packets: number;
}

/** Counters of one VE by the name of their set. */
export type Counters = Readonly<Record<string, Counted>>;

/**
 * What a VE has sent and received since it was created. The kernel's counters begin anew with its link, with the table and with
 * the node; these go on.
 */
export interface TrafficBook {
  readonly totals: Counters;
  /** What the kernel's counters said when they were last added. */
  readonly seen: Counters;
  /** Which table they were read from: another one begins at zero. */
  readonly epoch: string;
}

export const emptyBook: TrafficBook = { totals: {}, seen: {}, epoch: '' };

const nothing: Counted = { bytes: 0, packets: 0 };

/** The book after a look at the kernel's counters. What it holds never gets less. */
export function entered(book: TrafficBook, epoch: string, reading: Counters): TrafficBook {
  const totals: Record<string, Counted> = { ...book.totals };
  for (const [name, now] of Object.entries(reading)) {
    const before = book.epoch === epoch ? (book.seen[name] ?? nothing) : nothing;
    const isAnew = now.bytes < before.bytes || now.packets < before.packets;
    const base = isAnew ? nothing : before;
    const total = totals[name] ?? nothing;
    totals[name] = {
      bytes: total.bytes + now.bytes - base.bytes,
      packets: total.packets + now.packets - base.packets,
    };
  }
  return { totals, seen: reading, epoch };
}

/** A book from its file; one that cannot be read begins anew. */
export function parseBook(text: string | null): TrafficBook {
  try {
    const { totals, seen, epoch } = JSON.parse(text ?? '{}') as Partial<TrafficBook>;
    return { totals: countersOf(totals), seen: countersOf(seen), epoch: String(epoch ?? '') };
  } catch {
    return emptyBook;
  }
}

function countersOf(found: unknown): Counters {
  const entries = Object.entries((found ?? {}) as Record<string, Partial<Counted> | null>);
  return Object.fromEntries(
    entries.flatMap(([name, counted]) =>
      Number.isSafeInteger(counted?.bytes) && Number.isSafeInteger(counted?.packets)
        ? [[name, { bytes: Number(counted?.bytes), packets: Number(counted?.packets) }] as const]
        : [],
    ),
  );
}

/** One row of what a VE has sent and received. */
export interface TrafficRow {
  readonly class: number;
  readonly family: 'ipv4' | 'ipv6';
  readonly inBytes: number;
  readonly inPackets: number;
  readonly outBytes: number;
  readonly outPackets: number;
}

/** A row for each class and family of which something was counted, in their order: on all links of the VE together. */
export function trafficRows(totals: Counters): readonly TrafficRow[] {
  const rows = new Map<string, TrafficRow>();
  for (const [name, { bytes, packets }] of Object.entries(totals)) {
    const what = trafficOf(name.replace(/^n\d+:/, ''));
    if (what === null) continue;
    const { class: number, family } = what;
    const key = `${String(number).padStart(2, '0')} ${family}`;
    const row = rows.get(key) ?? {
      class: number,
      family,
      inBytes: 0,
      inPackets: 0,
      outBytes: 0,
      outPackets: 0,
    };
    rows.set(
      key,
      what.direction === 'in'
        ? { ...row, inBytes: row.inBytes + bytes, inPackets: row.inPackets + packets }
        : { ...row, outBytes: row.outBytes + bytes, outPackets: row.outPackets + packets },
    );
  }
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}
