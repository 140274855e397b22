import type { VeAccount } from '@insula/contract';
import { records } from '../exec/users.ts';

/** Texts of passwd(5), group(5) and shadow(5); null: there is no such file. */
export interface AccountTexts {
  readonly passwd: string;
  readonly group: string;
  readonly shadow: string | null;
}

/** Numbers that systems give to people: UID_MIN and UID_MAX of login.defs(5). */
const people = { first: 1000, last: 60_000 } as const;

/** The accounts that the files of a VE name, in the order of passwd; lines that are none are passed over. */
export function parseAccounts({ passwd, group, shadow }: AccountTexts): VeAccount[] {
  const groups = records(group);
  const hashes =
    shadow === null ? null : new Map(records(shadow).map(([name = '', hash = '']) => [name, hash] as const));
  return records(passwd).flatMap(([name = '', field = '', uid, gid, gecos = '', home = '', shell = '']) =>
    name === '' || !isNumber(uid) || !isNumber(gid)
      ? []
      : [
          {
            name,
            uid: Number(uid),
            gid: Number(gid),
            kind: kindOf(Number(uid)),
            // office and telephone numbers come after commas
            fullName: gecos.split(',')[0] ?? '',
            home,
            // passwd(5): empty is /bin/sh
            shell: shell === '' ? '/bin/sh' : shell,
            groups: groups.flatMap(([of = '', , , members = '']) =>
              members.split(',').includes(name) ? [of] : [],
            ),
            password: passwordOf(field === 'x' ? hashes?.get(name) : field),
          },
        ],
  );
}

const isNumber = (text: string | undefined): boolean => text !== undefined && /^\d{1,10}$/.test(text);

function kindOf(uid: number): VeAccount['kind'] {
  if (uid === 0) return 'root';
  return uid >= people.first && uid <= people.last ? 'person' : 'service';
}

/** shadow(5): what no hash can be locks the password, most often by a mark before the hash. */
function passwordOf(hash: string | undefined): VeAccount['password'] {
  if (hash === undefined) return 'unknown';
  if (hash === '') return 'none';
  return hash.startsWith('!') || hash.startsWith('*') ? 'locked' : 'set';
}
