import type { Client, Entry } from 'ldapts';
import type { DirectoryPerson, DirectorySettings, UserDirectory } from './user-directory.ts';

/** Milliseconds that the directory gets for each of its answers. */
const patience = 10_000;
/** The attribute that names an entry for good (RFC 4530). */
const entryId = 'entryUUID';

/** A directory that speaks LDAP, by ldapts. */
export class LdapDirectory implements UserDirectory {
  async prove(settings: DirectorySettings, user: string, password: string): Promise<DirectoryPerson | null> {
    // a bind without a password proves nothing, and succeeds (RFC 4513 §5.1.2)
    if (password === '') return null;
    return await connected(settings, async (client) => {
      await bindAsNode(client, settings);
      const entry = await findEntry(client, settings, user);
      if (entry === null || !(await knows(settings, entry.dn, password))) return null;
      return {
        subject: firstValue(entry, entryId) || entry.dn.toLowerCase(),
        name: firstValue(entry, settings.nameAttribute),
        fullName: firstValue(entry, settings.fullNameAttribute),
        groups: await groupsOf(client, settings, entry.dn),
      };
    });
  }
}

/** TLS from the first byte on, or before anything is said; none on the node itself. */
async function connected<Result>(
  { url }: DirectorySettings,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { Client } = await load();
  const client = new Client({ url, timeout: patience, connectTimeout: patience });
  const { protocol, hostname } = new URL(url);
  try {
    if (protocol === 'ldap:' && !['localhost', '127.0.0.1'].includes(hostname))
      await client.startTLS({ servername: hostname });
    return await use(client);
  } finally {
    await client.unbind().catch(() => undefined);
  }
}

async function bindAsNode(client: Client, { bindDn, bindPassword = '' }: DirectorySettings): Promise<void> {
  if (bindDn !== undefined) await client.bind(bindDn, bindPassword);
}

/** One that two have is nobody's name. */
async function findEntry(
  client: Client,
  { base, filter, nameAttribute, fullNameAttribute }: DirectorySettings,
  user: string,
): Promise<Entry | null> {
  const { AndFilter, EqualityFilter, FilterParser } = await load();
  const named = new EqualityFilter({ attribute: nameAttribute, value: user });
  const { searchEntries } = await client.search(base, {
    scope: 'sub',
    filter: new AndFilter({ filters: [FilterParser.parseString(filter), named] }),
    attributes: [nameAttribute, fullNameAttribute, entryId],
    sizeLimit: 2,
  });
  const [entry, second] = searchEntries;
  return second === undefined ? (entry ?? null) : null;
}

/** By a connection of its own: whoever it was that looked for the entry must not have the rights of who has it. */
async function knows(settings: DirectorySettings, dn: string, password: string): Promise<boolean> {
  const { InvalidCredentialsError } = await load();
  try {
    await connected(settings, async (client) => await client.bind(dn, password));
    return true;
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return false;
    throw error;
  }
}

async function groupsOf(
  client: Client,
  { groups }: DirectorySettings,
  dn: string,
): Promise<readonly string[] | null> {
  if (groups === undefined) return null;
  const { EqualityFilter } = await load();
  const { searchEntries } = await client.search(groups.base, {
    scope: 'sub',
    filter: new EqualityFilter({ attribute: groups.memberAttribute, value: dn }),
    attributes: [groups.nameAttribute],
    sizeLimit: 256,
  });
  return searchEntries.map((entry) => firstValue(entry, groups.nameAttribute));
}

/** The first value of an attribute, empty without one. */
function firstValue(entry: Entry, attribute: string): string {
  const [first = ''] = [entry[attribute] ?? []].flat();
  return first.toString();
}

/** Most nodes ask no directory. */
const load = async () => await import('ldapts');
