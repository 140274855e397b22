import {
  Authority,
  authorityOf,
  type Directory,
  limitOf,
  ownerPrivileges,
  ownerRole,
  rootAuthority,
  type Scope,
} from '@insula/access';
import { type Owners, ownerName } from './owners.ts';

/** How a caller is known. */
export type Via = 'socket' | 'session' | 'token' | 'certificate';

/** Who makes a call. */
export interface Caller {
  /** Name of a user, or root on the local socket; null for somebody who did not say who he is. */
  readonly name: string | null;
  readonly via: Via;
  /** Id of the session or token, fingerprint of the certificate. */
  readonly credential: string | null;
  /** Where the call comes from: an address, or `local`. */
  readonly from: string;
  /** What the caller may do right now: grants that were taken back meanwhile do not count. */
  readonly authority: Authority;
}

export const root: Caller = {
  name: 'root',
  via: 'socket',
  credential: null,
  from: 'local',
  authority: rootAuthority,
};

export function stranger(from: string): Caller {
  return { name: null, via: 'session', credential: null, from, authority: new Authority([]) };
}

type Known = Pick<Caller, 'via' | 'credential' | 'from'> & {
  readonly name: string;
  /** What the token is limited to. */
  readonly role?: string | null;
  readonly scope?: Scope | null;
};

/** A user, with the authority that the directory gives at each moment. */
export class UserCaller implements Caller {
  readonly name: string;
  readonly via: Via;
  readonly credential: string | null;
  readonly from: string;
  readonly #known: Known;
  readonly #directory: { readonly current: Directory };
  #judged: { readonly by: Directory; readonly authority: Authority } | undefined;

  constructor(directory: { readonly current: Directory }, known: Known) {
    this.name = known.name;
    this.via = known.via;
    this.credential = known.credential;
    this.from = known.from;
    this.#known = known;
    this.#directory = directory;
  }

  get authority(): Authority {
    const { current } = this.#directory;
    if (this.#judged?.by !== current) {
      const { name, role = null, scope = null } = this.#known;
      this.#judged = { by: current, authority: authorityOf(current, name, limitOf(current, role, scope)) };
    }
    return this.#judged.authority;
  }
}

/** The root of a VE, who may do with it what its owner may, as long as it may log in. */
export class OwnerCaller implements Caller {
  readonly via = 'session';
  readonly name: string;
  readonly credential: string;
  readonly from: string;
  readonly #uuid: string;
  readonly #owners: Pick<Owners, 'mayLogIn'>;

  constructor(
    owners: Pick<Owners, 'mayLogIn'>,
    { uuid, credential, from }: { readonly uuid: string; readonly credential: string; readonly from: string },
  ) {
    this.name = ownerName(uuid);
    this.credential = credential;
    this.from = from;
    this.#uuid = uuid;
    this.#owners = owners;
  }

  get authority(): Authority {
    const uuid = this.#uuid;
    if (!this.#owners.mayLogIn(uuid)) return new Authority([]);
    return new Authority([
      { role: ownerRole, privileges: new Set(ownerPrivileges), scope: { kind: 've', uuid } },
    ]);
  }
}
