import { setTimeout as delay } from 'node:timers/promises';
import {
  hashPassword,
  isOutdated,
  isPassword,
  newId,
  newSecret,
  nobodysHash,
  passwordProblem,
  Throttle,
  totpStep,
} from '@insula/access';
import { fault, type Login, type PasskeyProof } from '@insula/contract';
import type { CredentialStore, SessionRow } from '../store/credential-store.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import type { ForeignRealms } from './foreign-realms.ts';
import { type Owners, ownerName } from './owners.ts';
import type { Passkeys } from './passkeys.ts';
import { Turns } from './turns.ts';

/** Milliseconds that a session lives at most. */
const longestSession = 43_200_000;

/** Passwords that are derived at once, 32 MiB each. */
const derivedAtOnce = 2;
const mostWaiting = 64;

/** Milliseconds after which a wrong password of a VE is answered: how it is kept, or that there is none, does not show. */
const refusalTime = 1_000;

export interface Client {
  readonly from: string;
  readonly agent: string;
}

/** A session, and the secret that stands for it, which is not kept. */
export interface BegunSession {
  readonly session: SessionRow;
  readonly secret: string;
}

/** Proves users by what they know, and slows down who guesses. */
export class Logins {
  readonly #directory: DirectoryStore;
  readonly #credentials: CredentialStore;
  readonly #owners: Pick<Owners, 'prove'>;
  readonly #realms: ForeignRealms;
  readonly #passkeys: Passkeys;
  readonly #throttle = new Throttle();
  readonly #deriving = new Turns({ atOnce: derivedAtOnce, mostWaiting });
  readonly #nobody = nobodysHash();

  constructor(parts: {
    readonly directory: DirectoryStore;
    readonly credentials: CredentialStore;
    readonly owners: Pick<Owners, 'prove'>;
    readonly realms: ForeignRealms;
    readonly passkeys: Passkeys;
  }) {
    this.#directory = parts.directory;
    this.#credentials = parts.credentials;
    this.#owners = parts.owners;
    this.#realms = parts.realms;
    this.#passkeys = parts.passkeys;
  }

  /**
   * Begins a session by name and password.
   * @throws CodedError login_refused, second_factor_needed, passkey_needed, too_many_attempts, realm_unknown, realm_unavailable
   */
  async logIn(login: Login, client: Client): Promise<BegunSession> {
    return this.#begin(await this.#proved(login, client), client);
  }

  /**
   * Begins a session by what a provider answered to the login that was begun there.
   * @throws CodedError login_refused, too_many_attempts, realm_unknown, realm_unavailable
   */
  async logInByProvider(sealed: string | null, answer: string, client: Client): Promise<BegunSession> {
    let user: string | null = null;
    // nobody's name is known yet: only the place can be slowed down
    await this.#attempt(`oidc:${client.from}`, client.from, async () => {
      user = await this.#realms.finishAtProvider(sealed, answer);
      return user !== null;
    });
    return this.#begin(user ?? '', client);
  }

  /**
   * Begins a session by what a passkey answered to the login that was begun here. It needs no second factor: who has it is one thing, and
   * the PIN, finger or face that it asks for another.
   * @throws CodedError login_refused, passkey_copied, too_many_attempts
   */
  async logInByPasskey(
    begun: { readonly sealed: string | null; readonly origin: string; readonly answer: PasskeyProof },
    client: Client,
  ): Promise<BegunSession> {
    const { sealed, origin, answer } = begun;
    let user: string | null = null;
    // as at a provider: nobody's name is known yet
    await this.#attempt(`passkey:${client.from}`, client.from, async () => {
      user = await this.#passkeys.prove(sealed, origin, answer);
      return user !== null;
    });
    return this.#begin(user ?? '', client);
  }

  #begin(user: string, client: Client): BegunSession {
    const at = new Date();
    const secret = newSecret();
    const session: SessionRow = {
      id: newId(),
      user,
      from: client.from,
      agent: client.agent.slice(0, 200),
      createdAt: at.toISOString(),
      rotatedAt: at.toISOString(),
      lastUsedAt: at.toISOString(),
      expiresAt: new Date(at.getTime() + longestSession).toISOString(),
    };
    this.#credentials.addSession(session, secret);
    this.#credentials.loggedIn(user, session.createdAt);
    return { session, secret };
  }

  /** The name that somebody goes by who has proved himself. */
  async #proved(login: Login, client: Client): Promise<string> {
    switch (login.realm) {
      case 've':
        return await this.#proveOwner(login, client);
      case 'ldap':
        return await this.#proveByDirectory(login, client);
      default:
        await this.#proveUser(login, client);
        return login.user;
    }
  }

  /** The second factor is the node's own. */
  async #proveByDirectory({ user, password, code }: Login, { from }: Client): Promise<string> {
    let known: string | null = null;
    await this.#attempt(`ldap:${user.toLowerCase()}`, from, async () => {
      known = await this.#realms.proveByDirectory(user, password);
      return known !== null && this.#hasSecondFactor(known, code);
    });
    return known ?? '';
  }

  async #proveUser({ user, password, code }: Login, { from }: Client): Promise<void> {
    await this.#attempt(user, from, async () => {
      if (!(await this.#knows(user, password))) return false;
      return this.#hasSecondFactor(user, code);
    });
  }

  /** The name that the root of a VE goes by. */
  async #proveOwner({ user: ve, password }: Login, { from }: Client): Promise<string> {
    let uuid: string | null = null;
    await this.#attempt(ownerName(ve), from, async () => {
      const refusal = delay(refusalTime);
      uuid = await this.#deriving.take(async () => await this.#owners.prove(ve, password));
      if (uuid === null) await refusal;
      return uuid !== null;
    });
    return ownerName(uuid ?? '');
  }

  /** Proves a user who is logged in once more. @throws CodedError login_refused, too_many_attempts */
  async prove(user: string, password: string, from: string): Promise<void> {
    await this.#attempt(user, from, async () => await this.#knows(user, password));
  }

  /** @throws CodedError weak_password */
  async setPassword(user: string, password: string): Promise<void> {
    const problem = passwordProblem(password, user);
    if (problem !== null) throw fault('weak_password', { problem });
    const hash = await this.#deriving.take(async () => await hashPassword(password));
    this.#credentials.setPassword(user, hash, new Date().toISOString());
  }

  /** Makes a begun second factor count. @throws CodedError entry_not_found, login_refused, too_many_attempts */
  async confirmTotp(user: string, code: string, from: string): Promise<void> {
    const pending = this.#credentials.proof(user)?.totpPending;
    if (typeof pending !== 'string') throw fault('entry_not_found', { kind: 'totp', name: user });
    await this.#attempt(user, from, async () => {
      const step = totpStep(pending, code, Date.now(), 0);
      if (step !== null) this.#credentials.confirmTotp(user, step);
      return step !== null;
    });
  }

  /** One failure counts, whatever it was about; one that is asked too early is not looked at. */
  async #attempt(user: string, from: string, isRight: () => Promise<boolean>): Promise<void> {
    const wait = this.#throttle.wait(user, from, Date.now());
    if (wait > 0) throw fault('too_many_attempts', { seconds: Math.ceil(wait / 1000) });
    // counted beforehand: many attempts at once would all be looked at before the first has failed
    this.#throttle.failed(user, from, Date.now());
    if (!(await isRight())) throw fault('login_refused');
    this.#throttle.succeeded(user, from);
  }

  /** The same work for a user who is unknown, has no password or is shut out: time says nothing about who there is. */
  async #knows(user: string, password: string): Promise<boolean> {
    const kept = this.#credentials.proof(user)?.password ?? null;
    const isRight = await this.#deriving.take(async () => await isPassword(password, kept ?? this.#nobody));
    if (kept === null || !isRight || this.#directory.current.users.get(user)?.enabled !== true) return false;
    if (isOutdated(kept)) {
      const hash = await this.#deriving.take(async () => await hashPassword(password));
      this.#credentials.strengthenPassword(user, hash);
    }
    return true;
  }

  /** @throws CodedError second_factor_needed, passkey_needed */
  #hasSecondFactor(user: string, code: string | undefined): boolean {
    const proof = this.#credentials.proof(user);
    if (proof === undefined) return false;
    if (proof.totp === null) {
      if (this.#passkeys.store.count(user) > 0) throw fault('passkey_needed', { user });
      return true;
    }
    if (code === undefined) throw fault('second_factor_needed', { user });
    const step = totpStep(proof.totp, code, Date.now(), proof.totpStep);
    if (step !== null) this.#credentials.usedTotp(user, step);
    return step !== null;
  }
}
