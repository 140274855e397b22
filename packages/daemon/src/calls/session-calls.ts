import { newId, newSecret, roleOf } from '@insula/access';
import { type ApiToken, CodedError, fault, type UserSession } from '@insula/contract';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { BegunSession } from '../access/login.ts';
import type { ClientOfCall, Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import type { SessionRow, TokenRow } from '../store/credential-store.ts';
import { nameAndRealm, self } from './user-calls.ts';

type SessionCalls = Pick<Reads, Extract<keyof Reads, `${'session' | 'token' | 'login'}.${string}`>>;

/** Days that a token is valid unless something else is asked for. */
const usualDays = 90;
const day = 86_400_000;

/** The calls about what stands for users: sessions and tokens. */
export function sessionCalls({ access, registry }: Node): SessionCalls {
  const { credentials, logins, realms, passkeys, gatekeeper, directory } = access;
  const begun = ({ session, secret }: BegunSession, caller: Caller, client: ClientOfCall) => {
    // what the client had before must not live on beside it
    if (caller.via === 'session' && caller.credential !== null)
      credentials.revoke('sessions', caller.credential);
    client.begin(session.user, secret);
    return sessionView(access, session, session.id);
  };
  return {
    'login.ways': () => ({ ...realms.ways(), passkeysAt: [...passkeys.origins()] }),
    'login.begin': async ({ client }) => {
      const { url, sealed } = await realms.beginAtProvider();
      client.keepAttempt(sealed);
      return { url };
    },
    'login.finish': async ({ body, caller, client }) => {
      // whatever comes of it, an attempt is worth one answer
      client.keepAttempt(null);
      const from = { from: caller.from, agent: client.agent };
      return begun(await logins.logInByProvider(client.attempt, body.answer, from), caller, client);
    },
    'login.challenge': ({ client }) => {
      const { options, sealed } = passkeys.beginLogin(client.origin);
      client.keepAttempt(sealed);
      return options;
    },
    'login.passkey': async ({ body, caller, client }) => {
      client.keepAttempt(null);
      const { attempt: sealed, origin } = client;
      const from = { from: caller.from, agent: client.agent };
      try {
        const { answer } = body;
        return begun(await logins.logInByPasskey({ sealed, origin, answer }, from), caller, client);
      } catch (error) {
        // its signature was right: the log says whose it is
        if (error instanceof CodedError && error.code === 'passkey_copied')
          client.name(String(error.details['user']));
        throw error;
      }
    },
    'session.create': async ({ body, caller, client }) =>
      begun(await logins.logIn(body, { from: caller.from, agent: client.agent }), caller, client),
    'session.list': ({ query, caller }) =>
      credentials
        .sessions(userAsked(access, caller, query.user, 'access.read'))
        .map((session) => sessionView(access, session, caller.credential)),
    'session.revoke': ({ params, caller, client }) => {
      const isCurrent = params.session === 'current' || params.session === caller.credential;
      const id = isCurrent && caller.via === 'session' ? (caller.credential ?? '') : params.session;
      mustBeOf(access, caller, 'session', credentials.session(id)?.user, id);
      credentials.revoke('sessions', id);
      if (isCurrent) client.end();
      return null;
    },
    'token.list': ({ query, caller }) =>
      credentials
        .tokens(userAsked(access, caller, query.user, 'access.read'))
        .map((token) => tokenView(access, token)),
    'token.create': ({ body, caller }) => {
      const user = self(access, caller);
      const { name, days = usualDays, role = null } = body;
      if (role !== null && roleOf(directory.current, role) === undefined)
        throw fault('entry_not_found', { kind: 'role', name: role });
      const now = Date.now();
      const named = /^ve:(.*)$/.exec(body.scope ?? '')?.[1];
      if (named !== undefined) registry.find(named);
      const token = {
        id: newId(),
        user,
        name,
        role,
        scope: body.scope === undefined ? null : gatekeeper.scopeOf(body.scope),
        createdAt: new Date(now).toISOString(),
        expiresAt: new Date(now + days * day).toISOString(),
      };
      const secret = newSecret();
      credentials.addToken(token, secret);
      return { ...tokenView(access, { ...token, lastUsedAt: null }), token: secret };
    },
    'token.revoke': ({ params, caller }) => {
      mustBeOf(access, caller, 'token', credentials.token({ id: params.token })?.user, params.token);
      credentials.revoke('tokens', params.token);
      return null;
    },
  };
}

/** Whose entries are meant: one's own, everybody's for root, or those of a user whom one may see. @throws CodedError forbidden */
export function userAsked(
  { gatekeeper }: Access,
  caller: Caller,
  user: string | undefined,
  privilege: 'access.read' | 'access.manage',
): string | undefined {
  if (user === undefined) return caller.via === 'socket' ? undefined : (caller.name ?? '');
  if (user !== caller.name && !caller.authority.holds(privilege, gatekeeper.node))
    throw fault('forbidden', { permission: privilege });
  return user;
}

/** Taking away is for oneself, and for who manages users. What is not one's own is missed like what there is not. @throws CodedError entry_not_found */
export function mustBeOf(
  { gatekeeper }: Access,
  caller: Caller,
  kind: string,
  user: string | undefined,
  name: string,
): void {
  const mayTake = user === caller.name || caller.authority.holds('access.manage', gatekeeper.node);
  if (user === undefined || !mayTake) throw fault('entry_not_found', { kind, name });
}

function sessionView(
  access: Access,
  { rotatedAt: _rotatedAt, ...shown }: SessionRow,
  current: string | null,
): UserSession {
  return { ...shown, ...nameAndRealm(access, shown.user), current: shown.id === current };
}

function tokenView({ gatekeeper }: Access, token: TokenRow): ApiToken {
  return { ...token, scope: token.scope === null ? null : gatekeeper.shown(token.scope) };
}
