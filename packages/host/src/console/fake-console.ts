import type { ConsoleInput, ConsoleLogFollow, ConsoleLogs, Consoles } from './console.ts';

/** Console logs in memory, by path. */
export class FakeConsoleLogs implements ConsoleLogs {
  readonly logs = new Map<string, string>();
  readonly #changed = new Set<() => void>();

  append(path: string, text: string): void {
    this.logs.set(path, (this.logs.get(path) ?? '') + text);
    for (const wake of this.#changed) wake();
  }

  async readTail(logPath: string, { tailBytes }: { readonly tailBytes: number }): Promise<Buffer> {
    return Buffer.from((this.logs.get(logPath) ?? '').slice(-tailBytes));
  }

  async *follow(logPath: string, { tailBytes = 0, signal }: ConsoleLogFollow): AsyncGenerator<Buffer> {
    let told = Math.max(0, (this.logs.get(logPath) ?? '').length - tailBytes);
    while (!signal.aborted) {
      const text = (this.logs.get(logPath) ?? '').slice(told);
      told += text.length;
      if (text === '') await this.#change(signal);
      else yield Buffer.from(text);
    }
  }

  async preserveBootLog(logPath: string, bootLogPath: string): Promise<void> {
    const text = this.logs.get(logPath) ?? '';
    this.logs.set(logPath, text);
    if (!this.logs.has(bootLogPath)) this.logs.set(bootLogPath, text);
  }

  /** How many follow a log right now. */
  get followers(): number {
    return this.#changed.size;
  }

  async #change(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#changed.add(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#changed.delete(resolve);
  }
}

/** Consoles that take down what is typed. */
export class FakeConsoles implements Consoles {
  readonly typed: string[] = [];
  readonly sizes: (readonly [columns: number, rows: number])[] = [];
  /** Consoles that are open right now. */
  opened = 0;

  async open(): Promise<ConsoleInput> {
    this.opened += 1;
    return {
      send: async (bytes) => void this.typed.push(Buffer.from(bytes).toString()),
      resize: async (columns, rows) => void this.sizes.push([columns, rows]),
      close: () => {
        this.opened -= 1;
      },
    };
  }

  async release(): Promise<void> {
    // nobody holds a terminal here
  }
}
