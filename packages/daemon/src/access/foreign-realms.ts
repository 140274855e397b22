import { isDeepStrictEqual } from 'node:util';
import { type Adoption, adopt, type ForeignIdentity, Seal } from '@insula/access';
import { fault, type LoginWays, type NodeConfig } from '@insula/contract';
import type { Claims, Host, LoginAttempt, ProviderSettings } from '@insula/host';
import type { DirectoryStore } from '../store/directory-store.ts';
import { Turns } from './turns.ts';

export interface ForeignRealmParts {
  readonly config: Pick<NodeConfig['api'], 'oidc' | 'ldap'>;
  readonly host: Pick<Host, 'identityProvider' | 'userDirectory'>;
  readonly directory: DirectoryStore;
  /** Told why somebody whom a realm knows is not let in, or why a realm could not be asked: callers are not. */
  readonly onProblem: (realm: ForeignIdentity['realm'], problem: string) => void;
}

type Oidc = NonNullable<NodeConfig['api']['oidc']>;

/** Milliseconds that somebody may take to log in at the provider. */
const attemptTime = 600_000;

/** Questions to directories and providers at once: they wait for others, some of them until patience ends. */
const askedAtOnce = 8;
const mostWaiting = 64;

/** Where users prove themselves elsewhere: at a provider of OpenID Connect, or to a directory. */
export class ForeignRealms {
  readonly #parts: ForeignRealmParts;
  readonly #attempts = new Seal<LoginAttempt>(attemptTime);
  readonly #turns = new Turns({ atOnce: askedAtOnce, mostWaiting });

  constructor(parts: ForeignRealmParts) {
    this.#parts = parts;
  }

  ways(): Omit<LoginWays, 'passkeysAt'> {
    const { oidc, ldap } = this.#parts.config;
    return {
      realms: ['internal', ...(ldap === undefined ? [] : (['ldap'] as const)), 've'],
      provider: oidc?.title ?? null,
    };
  }

  /**
   * Where the browser goes, and what it has to bring back.
   * @throws CodedError realm_unknown, realm_unavailable, too_many_attempts
   */
  async beginAtProvider(): Promise<{ readonly url: string; readonly sealed: string }> {
    const settings = providerOf(this.#oidc());
    const { identityProvider } = this.#parts.host;
    const { url, attempt } = await this.#asked('oidc', async () => await identityProvider.begin(settings));
    return { url, sealed: this.#attempts.close(attempt, Date.now()) };
  }

  /**
   * Name of the user whom the provider knows, null when it knows nobody, or nobody who is a user here.
   * @throws CodedError realm_unknown, realm_unavailable, too_many_attempts
   */
  async finishAtProvider(sealed: string | null, answer: string): Promise<string | null> {
    const oidc = this.#oidc();
    const attempt = sealed === null ? null : this.#attempts.open(sealed, Date.now());
    if (attempt === null) return null;
    const { identityProvider } = this.#parts.host;
    const claims = await this.#asked(
      'oidc',
      async () => await identityProvider.finish(providerOf(oidc), answer, attempt),
    );
    return claims === null ? null : this.#adopted(identityOf(claims, oidc), oidc.createUsers);
  }

  /**
   * Name of the user whom the directory knows by this name and password, null when there is none.
   * @throws CodedError realm_unknown, realm_unavailable, too_many_attempts
   */
  async proveByDirectory(user: string, password: string): Promise<string | null> {
    const { config, host } = this.#parts;
    const { ldap } = config;
    if (ldap === undefined) throw fault('realm_unknown', { realm: 'ldap' });
    const person = await this.#asked(
      'ldap',
      async () => await host.userDirectory.prove(ldap, user, password),
    );
    return person === null ? null : this.#adopted({ realm: 'ldap', ...person }, ldap.createUsers);
  }

  #oidc(): Oidc {
    const { oidc } = this.#parts.config;
    if (oidc === undefined) throw fault('realm_unknown', { realm: 'oidc' });
    return oidc;
  }

  #adopted(identity: ForeignIdentity, createUsers: boolean): string | null {
    const { directory, onProblem } = this.#parts;
    const adoption: Adoption = adopt(directory.current, identity, {
      createUsers,
      at: new Date().toISOString(),
    });
    if (adoption.kind === 'refused') {
      onProblem(identity.realm, `somebody is not let in: ${adoption.problem}`);
      return null;
    }
    const { kind, user } = adoption;
    if (kind === 'new') directory.addUser(user);
    // each change is written to the disk, and has every open stream judged anew
    else if (!isDeepStrictEqual(user, directory.current.users.get(user.name))) directory.changeUser(user);
    return user.enabled ? user.name : null;
  }

  /** What went wrong is for the log: it names addresses that callers have no business with. */
  async #asked<Result>(realm: ForeignIdentity['realm'], ask: () => Promise<Result>): Promise<Result> {
    return await this.#turns.take(async () => {
      try {
        return await ask();
      } catch (error) {
        const { message, cause } = error as Error;
        const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
        this.#parts.onProblem(realm, `it could not be asked: ${why}`);
        throw fault('realm_unavailable', { realm }, { cause: error });
      }
    });
  }
}

function providerOf({ issuer, clientId, clientSecret, scopes, panel }: Oidc): ProviderSettings {
  return { issuer, clientId, clientSecret, scopes, redirectUri: `${panel}/login` };
}

/** Claims of the wrong type say nothing. */
function identityOf(claims: Claims, { nameClaim, groupsClaim }: Oidc): ForeignIdentity {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const groups = groupsClaim === undefined ? null : claims[groupsClaim];
  return {
    realm: 'oidc',
    subject: claims.sub,
    name: text(claims[nameClaim]),
    fullName: text(claims['name']),
    groups: groups === null ? null : Array.isArray(groups) ? groups.map(text) : [],
  };
}
