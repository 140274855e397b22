import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandRunner } from '../commands/command-runner.ts';
import type { Criu } from './criu.ts';

/** Name of the file that `criu cpuinfo` writes and reads (criu(8)). */
const image = 'cpuinfo.img';

/** The first lines of what it says are enough to know which feature it is about. */
const shownBytes = 300;

/** criu(8). Its answers do not change while it is the same program: they are kept. */
export class LinuxCriu implements Criu {
  readonly #commands: CommandRunner;
  #version: Promise<string | null> | undefined;
  #processor: Promise<Buffer | null> | undefined;
  #tracksMemory: Promise<true | null> | undefined;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async version(): Promise<string | null> {
    this.#version ??= this.#attempt(async () => {
      const { stdout } = await this.#commands.run(['criu', '--version']);
      return /Version: ([\d.]+)/.exec(stdout)?.[1] ?? null;
    });
    return await this.#version;
  }

  async processor(): Promise<Buffer | null> {
    this.#processor ??= this.#attempt(
      async () =>
        await this.#inFolder(async (dir) => {
          await this.#commands.run(['criu', 'cpuinfo', 'dump', '-D', dir]);
          return await readFile(join(dir, image));
        }),
    );
    return await this.#processor;
  }

  async lacks(there: Buffer): Promise<string | null> {
    return await this.#inFolder(async (dir) => {
      await writeFile(join(dir, image), there);
      try {
        await this.#commands.run(['criu', 'cpuinfo', 'check', '-D', dir]);
        return null;
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        const said = error.stderr.replaceAll(/^\([\d.]+\)\s*|^Error \([^)]*\): /gm, '').trim();
        return said.slice(0, shownBytes) || 'CRIU finds it another one';
      }
    });
  }

  async tracksMemory(): Promise<boolean> {
    this.#tracksMemory ??= this.#attempt(async () => {
      await this.#commands.run(['criu', 'check', '--feature', 'mem_dirty_track']);
      return true as const;
    });
    return (await this.#tracksMemory) === true;
  }

  async #attempt<T>(ask: () => Promise<T | null>): Promise<T | null> {
    try {
      return await ask();
    } catch {
      return null;
    }
  }

  async #inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
    const dir = await mkdtemp(join(tmpdir(), 'insula-cpuinfo-'));
    try {
      return await work(dir);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }
}
