import {
  type AccountChange,
  type AccountCreate,
  asCodedError,
  fault,
  type VeAccount,
} from '@insula/contract';
import { allowed } from '../allowed.ts';
import { runInside } from '../applications/run-inside.ts';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { accountCommands } from './account-commands.ts';
import { type AccountFiles, readAccountFile } from './account-files.ts';
import { parseAccounts } from './parse-accounts.ts';
import { type NewPassword, setPassword } from './set-password.ts';

/** Milliseconds that the tools of a VE get; a home may have many files. */
const patience = 120_000;

/** Lines of an answer that explain a refusal. */
const toldLines = 3;

/** The accounts of a VE that is running or mounted. @throws what files of a VE fail with */
export async function accountsInside(place: AccountFiles): Promise<VeAccount[]> {
  const [passwd, group, shadow] = await Promise.all([
    readAccountFile(place, '/etc/passwd'),
    unlessMissing(readAccountFile(place, '/etc/group')),
    unlessMissing(readAccountFile(place, '/etc/shadow')),
  ]);
  return parseAccounts({
    passwd: passwd.content.toString(),
    group: group?.content.toString() ?? '',
    shadow: shadow?.content.toString() ?? null,
  });
}

/** Accounts of a running VE, changed by its own tools. */
export class AccountsInside {
  readonly #ports: VePorts;
  readonly #entry: VeEntry;
  readonly #place: AccountFiles;
  readonly #signal: AbortSignal;

  constructor(ports: VePorts, entry: VeEntry, place: AccountFiles, signal: AbortSignal) {
    this.#ports = ports;
    this.#entry = entry;
    this.#place = place;
    this.#signal = signal;
  }

  /**
   * Makes one with its password, or none.
   * @throws CodedError entry_exists, account_refused, no_account_tools, and what files of a VE fail with
   */
  async create(
    { name, fullName = '', shell, groups = [] }: AccountCreate,
    password: NewPassword | null,
  ): Promise<VeAccount> {
    allowed('account.create', this.#entry);
    const present = await accountsInside(this.#place);
    if (present.some((one) => one.name === name)) throw fault('entry_exists', { kind: 'account', name });
    const ofRoot = present.find(({ kind }) => kind === 'root')?.shell ?? '/bin/sh';
    await this.#refuseWithoutTools();
    const account = { name, fullName, shell: shell ?? ofRoot, groups };
    await this.#run('create', name, accountCommands.create(account));
    if (password !== null) await this.#setFirstPassword(password);
    return await this.#one(name);
  }

  /** @throws CodedError entry_not_found, account_refused, no_account_tools */
  async change(name: string, change: AccountChange): Promise<VeAccount> {
    allowed('account.set', this.#entry);
    await this.#one(name);
    await this.#refuseWithoutTools();
    await this.#run('change', name, accountCommands.change(name, change));
    return await this.#one(name);
  }

  /** @throws CodedError entry_not_found, account_refused, no_account_tools */
  async remove(name: string, home: boolean): Promise<null> {
    allowed('account.delete', this.#entry);
    const { kind } = await this.#one(name);
    if (kind === 'root') throw this.#refused('delete', name, 'it is root');
    await this.#refuseWithoutTools();
    await this.#run('delete', name, accountCommands.remove(name, home));
    return null;
  }

  async #setFirstPassword(password: NewPassword): Promise<void> {
    try {
      await setPassword(this.#place, password);
    } catch (error) {
      // only what this call has made is removed again
      const { account } = password;
      await this.#run('delete', account, accountCommands.remove(account, true)).catch(() => undefined);
      throw error;
    }
  }

  async #one(name: string): Promise<VeAccount> {
    const found = (await accountsInside(this.#place)).find((one) => one.name === name);
    if (found === undefined) throw fault('entry_not_found', { kind: 'account', name });
    return found;
  }

  async #run(action: string, account: string, command: readonly string[]): Promise<void> {
    const { code, last } = await this.#inside(command);
    if (code === 0) return;
    throw this.#refused(action, account, last.slice(-toldLines).join('; ') || `exit code ${code}`);
  }

  async #refuseWithoutTools(): Promise<void> {
    const look = ['/bin/sh', '-c', 'command -v useradd >/dev/null'];
    if ((await this.#inside(look)).code !== 0) throw fault('no_account_tools', { ve: this.#entry.spec.name });
  }

  async #inside(command: readonly string[]) {
    const limit = AbortSignal.timeout(patience);
    try {
      const signal = AbortSignal.any([this.#signal, limit]);
      return await runInside(this.#ports, this.#entry, { command, env: { LC_ALL: 'C' }, signal });
    } catch (error) {
      if (!limit.aborted) throw error;
      throw fault('timeout', { what: `accounts of ${this.#entry.spec.name}`, seconds: patience / 1000 });
    }
  }

  #refused(action: string, account: string, problem: string) {
    return fault('account_refused', { ve: this.#entry.spec.name, account, action, problem });
  }
}

async function unlessMissing<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (asCodedError(error).code === 'file_not_found') return null;
    throw error;
  }
}
