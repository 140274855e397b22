import { AlertSettings } from '@insula/contract';
import type { Host } from '@insula/host';
import { firstSettings } from '@insula/monitoring';
import { Turns } from '@insula/operations';
import { Compile } from 'typebox/compile';

const check = Compile(AlertSettings);

/** Rules, receivers and mutes of the node: `alerts.json`, which only root reads, for it holds secrets. */
export class AlertSettingsStore {
  readonly #files: Host['files'];
  readonly #path: string;
  #current: AlertSettings = firstSettings();
  readonly #turns = new Turns();

  constructor(files: Host['files'], path: string) {
    this.#files = files;
    this.#path = path;
  }

  get current(): AlertSettings {
    return this.#current;
  }

  /** Reads the file; without one there are the rules of a new node. @throws Error for a file that is none */
  async load(): Promise<void> {
    const text = await this.#files.readTextIfExists(this.#path);
    if (text === null) return;
    const found: unknown = JSON.parse(text);
    if (!check.Check(found))
      throw new Error(`${this.#path} is no list of alert rules: repair it, or remove it to begin anew`);
    this.#current = found;
  }

  /** One change after another; what cannot be written does not count. */
  async change<Result>(
    edit: (current: AlertSettings) => { readonly settings: AlertSettings; readonly result: Result },
  ): Promise<Result> {
    return await this.#turns.take(async () => {
      const { settings, result } = edit(this.#current);
      await this.#files.writeAtomic(this.#path, `${JSON.stringify(settings, null, 2)}\n`);
      this.#current = settings;
      return result;
    });
  }
}
