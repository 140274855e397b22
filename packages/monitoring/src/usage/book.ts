import type { DeviceIo } from '@insula/host';
import { growth, ioGrowth } from '../readings/rates.ts';
import { type ClassTraffic, eachCounter, type UsageAmounts } from './amounts.ts';

/** What the kernel had counted for a VE at some moment. */
export interface UsageReading {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds of the clock of `clock`: one that nobody sets. */
  readonly elapsed: number;
  /** Which clock that is: another one for each daemon. */
  readonly clock: string;
  /** Which counters these are: others for each start of the VE, and each boot of the machine. */
  readonly epoch: string;
  /** Microseconds. */
  readonly cpu: number;
  readonly io: readonly DeviceIo[];
  /** Bytes in use now. */
  readonly memory: number;
}

/** What was counted last, to count on from. It is kept together with what was counted: each thing is counted once. */
export interface UsageBook {
  readonly reading: UsageReading | null;
  readonly disk: { readonly at: number; readonly bytes: number } | null;
  /** What the traffic ledger said, which goes on over restarts by itself. */
  readonly traffic: Readonly<Record<string, ClassTraffic>>;
}

export const emptyBook: UsageBook = { reading: null, disk: null, traffic: {} };

export interface Entry {
  readonly book: UsageBook;
  readonly gained: Partial<UsageAmounts>;
}

/**
 * Enters a look at a running VE. Counters are exact whatever came between two looks: other counters begin at zero. Memory is
 * integrated: between two looks of one run it went from one value to the other in a straight line.
 */
export function entered(book: UsageBook, now: UsageReading): Entry {
  const before = book.reading?.epoch === now.epoch ? book.reading : null;
  const seconds = before === null ? 0 : secondsBetween(before, now);
  return {
    book: { ...book, reading: now },
    gained: {
      running: seconds,
      cpu: growth(before?.cpu ?? 0, now.cpu),
      memory: before === null ? 0 : ((before.memory + now.memory) / 2) * seconds,
      readBytes: ioGrowth(before?.io ?? [], now.io, 'readBytes'),
      writeBytes: ioGrowth(before?.io ?? [], now.io, 'writeBytes'),
      reads: ioGrowth(before?.io ?? [], now.io, 'reads'),
      writes: ioGrowth(before?.io ?? [], now.io, 'writes'),
    },
  };
}

/** Clocks of two daemons cannot be compared: then the time of day must do, which may have been set. */
function secondsBetween(before: UsageReading, now: UsageReading): number {
  const milliseconds = before.clock === now.clock ? now.elapsed - before.elapsed : now.at - before.at;
  return Math.max(0, milliseconds) / 1000;
}

/** Enters what the volume of a VE holds, which it does while the VE is down, too. */
export function enteredDisk(book: UsageBook, now: { readonly at: number; readonly bytes: number }): Entry {
  const before = book.disk;
  const seconds = before === null ? 0 : Math.max(0, now.at - before.at) / 1000;
  return {
    book: { ...book, disk: now },
    gained: { disk: before === null ? 0 : ((before.bytes + now.bytes) / 2) * seconds },
  };
}

/** Enters the totals of traffic by class. */
export function enteredTraffic(book: UsageBook, totals: UsageBook['traffic']): Entry {
  const traffic = Object.fromEntries(
    Object.entries(totals).map(([name, now]) => [
      name,
      eachCounter((key) => growth(book.traffic[name]?.[key] ?? 0, now[key])),
    ]),
  );
  return { book: { ...book, traffic: totals }, gained: { traffic } };
}
