import type { Nftables, NftTable } from './nftables.ts';

const key = (table: NftTable): string => `${table.family} ${table.name}`;

/** Records rulesets. A table exists once a ruleset names it, until it is deleted. */
export class FakeNftables implements Nftables {
  readonly applied: string[] = [];
  readonly tables = new Map<string, string>();
  /** The next ruleset is refused with this. */
  failure: Error | null = null;

  async apply(ruleset: string): Promise<void> {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    this.applied.push(ruleset);
    for (const [, family, name] of ruleset.matchAll(/^\s*(?:add )?table (\w+) (\w+)/gm)) {
      this.tables.set(`${family} ${name}`, ruleset);
    }
  }

  async deleteTable(table: NftTable): Promise<void> {
    this.tables.delete(key(table));
  }

  async watchDeletions(): Promise<{ close(): void }> {
    return { close: () => undefined };
  }

  async listTable(table: NftTable): Promise<string | null> {
    return this.tables.get(key(table)) ?? null;
  }

  async listTableJson(table: NftTable): Promise<readonly unknown[] | null> {
    return this.tables.has(key(table)) ? [] : null;
  }
}
