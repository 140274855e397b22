import { CommandFailed } from '../commands/command-failed.ts';
import type { CommandOptions, CommandRunner } from '../commands/command-runner.ts';
import { watchLines } from '../commands/line-watch.ts';
import type { Nftables, NftablesOptions, NftTable } from './nftables.ts';

const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

const words = (table: NftTable): readonly ['table', string, string] => {
  if (!namePattern.test(table.name))
    throw new TypeError(`${JSON.stringify(table.name)} is no name of a table`);
  return ['table', table.family, table.name];
};

const withSignal = (options: NftablesOptions): CommandOptions =>
  options.signal === undefined ? {} : { signal: options.signal };

const isMissing = (error: unknown): boolean =>
  error instanceof CommandFailed && error.stderr.includes('No such file or directory');

/** nft(8). */
export class LinuxNftables implements Nftables {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async apply(ruleset: string, options: NftablesOptions = {}): Promise<void> {
    await this.#commands.run(['nft', '-f', '-'], { ...withSignal(options), stdin: ruleset });
  }

  async deleteTable(table: NftTable, options: NftablesOptions = {}): Promise<void> {
    const name = words(table).join(' ');
    // making it first lets the deletion of a missing table succeed, in the same transaction
    await this.apply(`${name} {}\ndelete ${name}\n`, options);
  }

  async watchDeletions(onDeletion: () => void): Promise<{ close(): void }> {
    const listener = { onLine: onDeletion, onGap: onDeletion };
    return await watchLines(this.#commands, ['nft', 'monitor', 'destroy', 'tables'], listener);
  }

  async listTable(table: NftTable, options: NftablesOptions = {}): Promise<string | null> {
    return await this.#list(['nft', 'list', ...words(table)], options);
  }

  async listTableJson(table: NftTable, options: NftablesOptions = {}): Promise<readonly unknown[] | null> {
    const text = await this.#list(['nft', '--json', 'list', ...words(table)], options);
    if (text === null) return null;
    return (JSON.parse(text) as { readonly nftables: readonly unknown[] }).nftables;
  }

  async #list(argv: readonly string[], options: NftablesOptions): Promise<string | null> {
    try {
      return (await this.#commands.run(argv, withSignal(options))).stdout;
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }
}
