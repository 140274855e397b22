import { type Host, hasErrorCode } from '@insula/host';
import { Turns } from '@insula/operations';
import { nodeTables } from './compile-ruleset.ts';
import { hostLinkName, type NetworkConfig } from './links.ts';
import {
  type Counted,
  type Counters,
  emptyBook,
  entered,
  parseBook,
  type TrafficBook,
} from './traffic-books.ts';
import { spoofedSet } from './traffic-classes.ts';
import type { VeLink } from './ve-link.ts';

type Subject = Pick<VeLink, 'uuid' | 'ctid'>;

export interface LedgerPorts extends Pick<Host, 'nftables' | 'files'> {
  readonly config: NetworkConfig;
  /** Differs for each boot of the machine. */
  readonly bootId: string;
  /** Where the book of a VE lies; its folder goes with the VE. */
  bookOf(uuid: string): string;
  /** All VEs of the node. */
  ves(): readonly Subject[];
}

/** What stands for a VE that is about to lose its link. */
export interface LinkLedger {
  /** Enters what the kernel counted for VEs, and writes it down. */
  settle(ve: Subject): Promise<void>;
  /** The kernel's counters of a VE are gone: the next ones begin at zero. */
  forget(ve: Subject): Promise<void>;
}

/** A ledger that keeps nothing. */
export const noLedger: LinkLedger = { settle: async () => undefined, forget: async () => undefined };

/** Milliseconds for which a look at the kernel's counters is good enough. */
const freshness = 500;

interface Reading {
  readonly epoch: string;
  /** By link, then by set. */
  readonly links: ReadonlyMap<string, Counters>;
}

interface NftObject {
  readonly table?: { readonly handle?: number };
  readonly set?: { readonly name: string; readonly elem?: readonly { readonly elem?: Element }[] };
}

interface Element {
  readonly val?: unknown;
  readonly counter?: Counted;
}

/** The books of all VEs: what they sent and received, by class, and what they forged. */
export class TrafficLedger implements LinkLedger {
  readonly #ports: LedgerPorts;
  readonly #books = new Map<string, TrafficBook>();
  /** Books as they stand in their files. */
  readonly #written = new Map<string, TrafficBook>();
  readonly #turns = new Turns();
  #looked = 0;

  constructor(ports: LedgerPorts) {
    this.#ports = ports;
  }

  /** What each VE has in its book, by UUID, as of now. */
  async read(): Promise<ReadonlyMap<string, Counters>> {
    await this.#turns.take(async () => {
      if (Date.now() - this.#looked >= freshness) await this.#enter();
    });
    return new Map([...this.#books].map(([uuid, { totals }]) => [uuid, totals]));
  }

  /** Enters and writes down everything: now and then, for a machine that loses its power. */
  async keep(): Promise<void> {
    await this.#turns.take(async () => {
      await this.#enter();
      for (const { uuid } of this.#ports.ves()) await this.#write(uuid);
    });
  }

  async settle(ve: Subject): Promise<void> {
    await this.#turns.take(async () => {
      await this.#enter(ve);
      await this.#write(ve.uuid);
    });
  }

  async forget({ uuid }: Subject): Promise<void> {
    await this.#turns.take(async () => {
      const book = await this.#bookOf(uuid);
      if (Object.keys(book.seen).length === 0) return;
      this.#books.set(uuid, { ...book, seen: {} });
      await this.#write(uuid);
    });
  }

  async #enter(leaving?: Subject): Promise<void> {
    const { epoch, links } = await this.#look();
    const ves = new Map(this.#ports.ves().map((ve) => [ve.uuid, ve]));
    if (leaving !== undefined) ves.set(leaving.uuid, leaving);
    for (const uuid of this.#books.keys()) if (!ves.has(uuid)) this.#drop(uuid);
    for (const { uuid, ctid } of ves.values()) {
      const counters = countersOf(links, hostLinkName(this.#ports.config, ctid));
      this.#books.set(uuid, entered(await this.#bookOf(uuid), epoch, counters));
    }
    this.#looked = Date.now();
  }

  #drop(uuid: string): void {
    this.#books.delete(uuid);
    this.#written.delete(uuid);
  }

  async #bookOf(uuid: string): Promise<TrafficBook> {
    const known = this.#books.get(uuid);
    if (known !== undefined) return known;
    const path = this.#ports.bookOf(uuid);
    const book = parseBook(await this.#ports.files.readTextIfExists(path));
    this.#books.set(uuid, book);
    this.#written.set(uuid, book);
    return book;
  }

  /** A full disk, and a private area that is gone, are no reason to keep a VE from stopping. */
  async #write(uuid: string): Promise<void> {
    const book = this.#books.get(uuid) ?? emptyBook;
    const text = JSON.stringify(book);
    if (JSON.stringify(this.#written.get(uuid) ?? emptyBook) === text) return;
    try {
      await this.#ports.files.writeAtomic(this.#ports.bookOf(uuid), `${text}\n`, { durable: false });
      this.#written.set(uuid, book);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT', 'ENOSPC', 'EDQUOT')) throw error;
    }
  }

  /** One look at the counters of all links. Tables that are not there have counted nothing. */
  async #look(): Promise<Reading> {
    const { nftables, config, bootId } = this.#ports;
    const tables = nodeTables(config);
    const listed = await Promise.all(tables.map(async (table) => await nftables.listTableJson(table)));
    const links = new Map<string, Record<string, Counted>>();
    const handles: number[] = [];
    for (const [index, objects] of listed.entries()) {
      const prefix = index === 0 ? '' : `${tables[index]?.family}:`;
      for (const object of (objects ?? []) as readonly NftObject[]) {
        if (object.table?.handle !== undefined) handles.push(object.table.handle);
        for (const { elem } of object.set?.elem ?? []) {
          if (typeof elem?.val !== 'string' || elem.counter === undefined) continue;
          const counters = links.get(elem.val) ?? {};
          const { bytes, packets } = elem.counter;
          links.set(elem.val, { ...counters, [`${prefix}${object.set?.name}`]: { bytes, packets } });
        }
      }
    }
    return { epoch: `${bootId.trim()} ${handles.join(' ')}`, links };
  }
}

/** The counters of a VE's routed link, and of each of its ports on bridges: those as 'n1:in4_1' for the port that ends in n1. */
function countersOf(links: ReadonlyMap<string, Counters>, link: string): Counters {
  const ports = [...links].flatMap(([name, counters]) => {
    const port = name.startsWith(link) ? /^n\d+$/.exec(name.slice(link.length))?.[0] : undefined;
    if (port === undefined) return [];
    return Object.entries(counters).map(([set, counted]) => [
      `${port}:${set.replace('bridge:', '')}`,
      counted,
    ]);
  });
  return { ...links.get(link), ...(Object.fromEntries(ports) as Counters) };
}

/** Packets that a VE sent, or answered ARP with, under what is not its own, on all its links. */
export function spoofedPackets(totals: Counters): number {
  return Object.entries(totals)
    .filter(([name]) => name === spoofedSet || name.endsWith(`:${spoofedSet}`))
    .reduce((sum, [, { packets }]) => sum + packets, 0);
}
