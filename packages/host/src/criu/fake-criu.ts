import type { Criu } from './criu.ts';

/** A CRIU that finds every processor like its own, unless `missing` names what is not there. */
export class FakeCriu implements Criu {
  installed: string | null = '4.3';
  missing: string | null = null;
  tracks = false;

  async version(): Promise<string | null> {
    return this.installed;
  }

  async processor(): Promise<Buffer | null> {
    return Buffer.from('cpu');
  }

  async lacks(): Promise<string | null> {
    return this.missing;
  }

  async tracksMemory(): Promise<boolean> {
    return this.tracks;
  }
}
