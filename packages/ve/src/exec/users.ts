import { fault } from '@insula/contract';

export interface GuestUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly additionalGids: readonly number[];
  readonly home: string;
  readonly shell: string;
}

/** The two files that say who is who in a VE; hostile text. */
export interface UserDatabase {
  readonly passwd: string;
  readonly group: string;
}

/** Ids that a VE maps; 65,535 and above do not exist inside. */
const highestId = 65_534;

/**
 * Who `USER` or `USER:GROUP` is inside a VE: names by its /etc/passwd and /etc/group (passwd(5), group(5)), numbers as they are.
 * @throws CodedError user_not_found
 */
export function resolveUser(reference: string, database: UserDatabase, ve: string): GuestUser {
  const [wanted = '', wantedGroup] = reference.split(':');
  const missing = (user: string) => fault('user_not_found', { user, ve });
  const row = find(database.passwd, wanted);
  const uid = idOf(row === undefined ? wanted : row[2]);
  if (uid === undefined) throw missing(wanted);
  const name = row?.[0] ?? wanted;
  const gid = wantedGroup === undefined ? (idOf(row?.[3]) ?? uid) : groupId(wantedGroup, database.group);
  if (gid === undefined) throw missing(wantedGroup ?? '');
  return {
    name,
    uid,
    gid,
    // An explicit group stands alone, as with su(1) and other container managers.
    additionalGids: wantedGroup === undefined ? membershipsOf(name, database.group) : [],
    home: absolute(row?.[5]) ?? '/',
    shell: absolute(row?.[6]) ?? '/bin/sh',
  };
}

/** Names of users by their ids, as /etc/passwd of a VE has them: the first of an id counts. */
export function userNames(passwd: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [name = '', , id] of records(passwd)) {
    const uid = idOf(id);
    if (uid !== undefined && name !== '' && !names.has(uid)) names.set(uid, name);
  }
  return names;
}

function groupId(wanted: string, group: string): number | undefined {
  const row = find(group, wanted);
  return idOf(row === undefined ? wanted : row[2]);
}

function membershipsOf(user: string, group: string): readonly number[] {
  return records(group)
    .filter((fields) => (fields[3] ?? '').split(',').includes(user))
    .flatMap((fields) => idOf(fields[2]) ?? [])
    .slice(0, 64);
}

/** The record of a name or of an id. A user who is called `0` is no root: digits are always an id. */
function find(text: string, wanted: string): readonly string[] | undefined {
  const column = /^\d+$/.test(wanted) ? 2 : 0;
  return records(text).find((fields) => fields[column] === wanted);
}

/** Of files such as passwd(5) and group(5): their fields, line by line. */
export function records(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));
}

function idOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return undefined;
  const id = Number(text);
  return id <= highestId ? id : undefined;
}

function absolute(path: string | undefined): string | undefined {
  return path?.startsWith('/') === true && !path.includes('\0') ? path : undefined;
}
