import { fault, type Passkey } from '@insula/contract';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';
import type { PasskeyRow } from '../store/passkey-store.ts';
import { mustHoldAllOf } from './hand-on.ts';
import { mustBeOf, userAsked } from './session-calls.ts';
import { mustBeKnownHere, self } from './user-calls.ts';

type PasskeyCalls = Pick<Reads, Extract<keyof Reads, `passkey.${string}`>>;

/** Milliseconds after a login in which a passkey can be registered without the password. */
const freshTime = 600_000;

/** The calls about passkeys of users; logging in with one is among those of sessions. */
export function passkeyCalls({ access }: Node): PasskeyCalls {
  const { passkeys, logins, directory } = access;
  const { store } = passkeys;
  return {
    'passkey.list': ({ query, caller }) =>
      store.list(userAsked(access, caller, query.user, 'access.read')).map(passkeyView),
    'passkey.begin': async ({ body, caller, client }) => {
      const user = self(access, caller);
      mustBeKnownHere(access, user, ['internal']);
      if (body.password !== undefined) await logins.prove(user, body.password, caller.from);
      else if (!isFresh(access, caller)) throw fault('fresh_login_needed', { user });
      const fullName = directory.current.users.get(user)?.fullName ?? '';
      const { options, sealed } = passkeys.beginCreation(
        { user, fullName, credential: caller.credential },
        client.origin,
      );
      client.keepAttempt(sealed);
      return options;
    },
    'passkey.create': async ({ body, caller, client }) => {
      const user = self(access, caller);
      client.keepAttempt(null);
      const { name, answer } = body;
      const { attempt: sealed, origin } = client;
      const by = { user, credential: caller.credential };
      return passkeyView(await passkeys.create(by, { sealed, origin, name, answer }));
    },
    'passkey.set': ({ params, body, caller }) => {
      const user = self(access, caller);
      const passkey = store.find(params.passkey);
      if (passkey?.user !== user) throw fault('entry_not_found', { kind: 'passkey', name: params.passkey });
      store.rename(passkey.id, body.name);
      return passkeyView({ ...passkey, name: body.name });
    },
    'passkey.remove': ({ params, caller }) => {
      const user = store.find(params.passkey)?.user;
      mustBeOf(access, caller, 'passkey', user, params.passkey);
      if (user === caller.name) self(access, caller);
      else mustHoldAllOf(access, caller, user ?? '');
      store.remove(params.passkey);
      return null;
    },
  };
}

function isFresh({ credentials }: Access, { via, credential }: Caller): boolean {
  const session = via === 'session' ? credentials.session(credential ?? '') : undefined;
  return session !== undefined && Date.now() - Date.parse(session.createdAt) < freshTime;
}

function passkeyView({ id, user, name, host, createdAt, lastUsedAt, copied }: PasskeyRow): Passkey {
  return { id, user, name, host, createdAt, lastUsedAt, copied };
}
