import type { TLSSocket } from 'node:tls';
import { newSecret } from '@insula/access';
import { fault } from '@insula/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CredentialStore, SessionRow } from '../store/credential-store.ts';
import type { DirectoryStore } from '../store/directory-store.ts';
import { type Caller, OwnerCaller, UserCaller } from './caller.ts';
import { clearedCookie, cookieOf, sessionCookie } from './cookie.ts';
import { type Owners, ownedVe } from './owners.ts';

/** Milliseconds that a session lives without a call, and after which its secret is changed. */
const idleTime = 3_600_000;
const rotationTime = 900_000;
/** Milliseconds that the secret before the last change is still taken: calls that were under way carry it. */
const grace = 60_000;

interface Stores {
  readonly directory: DirectoryStore;
  readonly credentials: CredentialStore;
  readonly owners: Pick<Owners, 'mayLogIn'>;
}

/** Finds out who makes a call over the network, by what the request carries. */
export class Authentication {
  readonly #directory: DirectoryStore;
  readonly #credentials: CredentialStore;
  readonly #owners: Stores['owners'];

  constructor({ directory, credentials, owners }: Stores) {
    this.#directory = directory;
    this.#credentials = credentials;
    this.#owners = owners;
  }

  /**
   * Who asks: by token, session cookie or client certificate, in this order; null when the request carries none of them.
   * @throws CodedError unauthenticated for one that is not, or no more, worth anything
   */
  callerOf(request: FastifyRequest, reply: FastifyReply): Caller | null {
    const { authorization } = request.headers;
    if (authorization !== undefined) return this.#byToken(authorization, request.ip);
    const cookie = cookieOf(request.headers.cookie);
    if (cookie !== null) return this.#bySession(cookie, request, reply);
    return this.#byCertificate(request);
  }

  /** Whether what a caller proved itself with still counts. */
  isValid(caller: Caller): boolean {
    if (caller.via === 'socket') return true;
    const { name, via, credential } = caller;
    if (name === null || credential === null || !this.#isEnabled(name)) return false;
    switch (via) {
      case 'token':
        return isAlive(this.#credentials.token({ id: credential }));
      case 'session':
        return isAlive(this.#credentials.session(credential));
      case 'certificate':
        return isAlive(this.#credentials.certificate(credential));
    }
  }

  #byToken(authorization: string, from: string): Caller {
    const secret = /^Bearer ([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
    if (secret === undefined)
      throw fault('unauthenticated', { problem: 'Authorization must be Bearer and a token' });
    const token = this.#credentials.token({ secret });
    if (token === undefined || !isAlive(token) || !this.#isEnabled(token.user))
      throw fault('unauthenticated', { problem: 'the token is not, or no more, valid' });
    this.#credentials.used('tokens', token, Date.now());
    const { id, user, role, scope } = token;
    return new UserCaller(this.#directory, { name: user, via: 'token', credential: id, from, role, scope });
  }

  #bySession(secret: string, request: FastifyRequest, reply: FastifyReply): Caller {
    const now = Date.now();
    const found = this.#credentials.sessionBySecret(secret);
    const isStale = found?.isEarlier === true && now - Date.parse(found.session.rotatedAt) > grace;
    // a secret that was changed long ago comes from somebody who copied it, or from the user after such a one used it
    if (found !== undefined && isStale) this.#credentials.revoke('sessions', found.session.id);
    if (
      found === undefined ||
      isStale ||
      !isLive(found.session, now) ||
      !this.#isEnabled(found.session.user)
    ) {
      reply.header('set-cookie', clearedCookie);
      throw fault('unauthenticated', { problem: 'the session has ended' });
    }
    const { session, isEarlier } = found;
    this.#credentials.used('sessions', session, now);
    // a WebSocket's answer carries no cookie: the client would go on with the old secret and be taken for a thief
    const canTake = request.headers.upgrade === undefined;
    if (canTake && !isEarlier && now - Date.parse(session.rotatedAt) > rotationTime) {
      const next = newSecret();
      this.#credentials.rotateSession(session.id, next, new Date(now).toISOString());
      reply.header('set-cookie', sessionCookie(next));
    }
    const { id, user } = session;
    const from = request.ip;
    const uuid = ownedVe(user);
    if (uuid !== null) return new OwnerCaller(this.#owners, { uuid, credential: id, from });
    return new UserCaller(this.#directory, { name: user, via: 'session', credential: id, from });
  }

  /** The chain was checked in the handshake; what it stands for stands in the database, so taking it back counts at once. */
  #byCertificate(request: FastifyRequest): Caller | null {
    const socket = request.raw.socket as Partial<TLSSocket>;
    const shown = socket.getPeerX509Certificate?.();
    if (shown === undefined) return null;
    const known = this.#credentials.certificate(shown.fingerprint256);
    if (socket.authorized !== true || !isAlive(known) || known === undefined || !this.#isEnabled(known.user))
      throw fault('unauthenticated', { problem: 'the client certificate is not, or no more, valid' });
    const { user, fingerprint } = known;
    return new UserCaller(this.#directory, {
      name: user,
      via: 'certificate',
      credential: fingerprint,
      from: request.ip,
    });
  }

  #isEnabled(user: string): boolean {
    const uuid = ownedVe(user);
    if (uuid !== null) return this.#owners.mayLogIn(uuid);
    return this.#directory.current.users.get(user)?.enabled === true;
  }
}

function isLive({ lastUsedAt, expiresAt }: SessionRow, now: number): boolean {
  return now < Date.parse(expiresAt) && now - Date.parse(lastUsedAt) < idleTime;
}

const isAlive = (row: { readonly expiresAt: string } | undefined): boolean =>
  row !== undefined && Date.now() < Date.parse(row.expiresAt);
