import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Remote } from '../client/api-client.ts';
import type { Context } from '../context.ts';
import { UsageError } from '../errors/usage-error.ts';

export interface Profile {
  readonly url: string;
  readonly user: string;
  /** PEM of the authority that the node's certificate is checked with; null: one that this machine trusts anyway. */
  readonly authority: string | null;
  readonly token: string;
  readonly tokenId: string;
}

export interface Profiles {
  readonly current: string | null;
  readonly profiles: Readonly<Record<string, Profile>>;
}

const none: Profiles = { current: null, profiles: {} };

type Environment = Context['environment'];

function profilesPath(environment: Environment): string | null {
  const { XDG_CONFIG_HOME: config, HOME: home } = environment;
  if (config?.startsWith('/')) return `${config}/insula/profiles.json`;
  return home === undefined || home === '' ? null : `${home}/.config/insula/profiles.json`;
}

/** The nodes that the caller is logged in to. @throws UsageError for a file that cannot be read */
export function readProfiles(environment: Environment): Profiles {
  const path = profilesPath(environment);
  if (path === null) return none;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none;
    throw error;
  }
  const found = parse(text);
  if (!isProfiles(found)) throw new UsageError(`${path} is damaged`, 'remove it and log in again');
  return found;
}

/** Readable for the caller alone: tokens are in it. */
export function writeProfiles(environment: Environment, profiles: Profiles): void {
  const path = profilesPath(environment);
  if (path === null) throw new UsageError('there is no home folder for profiles', 'set HOME');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const made = `${path}.new`;
  writeFileSync(made, `${JSON.stringify(profiles, null, 2)}\n`, { mode: 0o600 });
  // the mode above counts for new files only
  chmodSync(made, 0o600);
  renameSync(made, path);
}

/**
 * The node that a command goes to: the one that was named, or the last one that was logged in to; undefined for the local socket, which
 * a path of it, or the name `local`, asks for.
 * @throws UsageError for a name without a profile
 */
export function chosenProfile(environment: Environment, named: string | undefined): Profile | undefined {
  const name = named ?? (environment['INSULA_PROFILE'] || undefined);
  if (name === 'local') return undefined;
  const { current, profiles } = readProfiles(environment);
  const chosen = name ?? current;
  if (chosen === null) return undefined;
  const profile = Object.hasOwn(profiles, chosen) ? profiles[chosen] : undefined;
  if (profile === undefined)
    throw new UsageError(`no profile ${chosen}`, '`insula login https://…` makes one');
  return profile;
}

/** How a node is reached, and who asks. */
export function remoteOf({ url, authority, token }: Profile): Remote {
  return { url, authority, headers: { authorization: `Bearer ${token}` } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProfiles(value: unknown): value is Profiles {
  const { current, profiles } = (value ?? {}) as { readonly current?: unknown; readonly profiles?: unknown };
  if (current !== null && typeof current !== 'string') return false;
  return typeof profiles === 'object' && profiles !== null && Object.values(profiles).every(isProfile);
}

function isProfile(value: unknown): value is Profile {
  const { url, user, authority, token, tokenId } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const texts = [url, user, token, tokenId, authority ?? ''];
  return texts.every((text) => typeof text === 'string') && String(url).startsWith('https://');
}
