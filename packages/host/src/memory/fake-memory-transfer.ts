import { Readable } from 'node:stream';
import type { MemoryTransfer } from './memory-transfer.ts';

/** Memory that is empty. */
export class FakeMemoryTransfer implements MemoryTransfer {
  read(): Readable {
    return Readable.from([]);
  }

  async keep(): Promise<void> {
    await Promise.resolve();
  }

  async pageImages(): Promise<readonly string[]> {
    return [];
  }

  difference(): Readable {
    return Readable.from([]);
  }

  async assemble(): Promise<void> {
    await Promise.resolve();
  }

  async removeCopy(): Promise<void> {
    await Promise.resolve();
  }
}
