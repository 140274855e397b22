import { UserSession } from '../schemas/access.ts';
import { Login, LoginWays, ProviderAnswer, ProviderLogin } from '../schemas/login.ts';
import { PasskeyLogin, PasskeyRequest } from '../schemas/passkey.ts';
import { defineOperation } from './definition.ts';

export const sessionCreate = defineOperation({
  id: 'session.create',
  title: 'Log in',
  description:
    'Begins a session with user name and password, or with the name of a VE and the password that root has inside (realm `ve`), which lets one do what the role ve-owner does on that VE. The session itself is a cookie that scripts of a page cannot read; an earlier one of the same client ends.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/sessions',
  body: Login,
  result: UserSession,
  errors: [
    'invalid_input',
    'unknown_field',
    'login_refused',
    'realm_unknown',
    'realm_unavailable',
    'second_factor_needed',
    'passkey_needed',
    'too_many_attempts',
    'forbidden',
    'internal',
  ],
  permission: 'account.own',
  scope: 'open',
});

export const loginWays = defineOperation({
  id: 'login.ways',
  title: 'Show how one can log in',
  description:
    'The realms that take a name and a password, the provider where one can log in instead, and where passkeys work.',
  kind: 'read',
  method: 'GET',
  path: '/v1/login',
  result: LoginWays,
  errors: ['forbidden', 'internal'],
  permission: 'account.own',
  scope: 'open',
});

export const loginBegin = defineOperation({
  id: 'login.begin',
  title: 'Begin a login at the provider',
  description:
    'Tells where the browser goes to log in, and gives it a cookie by which it is known when it comes back. The provider sends it to /login of the panel.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/login/provider',
  result: ProviderLogin,
  errors: ['realm_unknown', 'realm_unavailable', 'too_many_attempts', 'forbidden', 'internal'],
  permission: 'account.own',
  scope: 'open',
});

export const loginFinish = defineOperation({
  id: 'login.finish',
  title: 'Log in by the provider',
  description:
    'Begins a session with what the provider answered to the login that this browser began. Each answer counts once.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/login/provider/answer',
  body: ProviderAnswer,
  result: UserSession,
  errors: [
    'invalid_input',
    'unknown_field',
    'login_refused',
    'realm_unknown',
    'realm_unavailable',
    'too_many_attempts',
    'forbidden',
    'internal',
  ],
  permission: 'account.own',
  scope: 'open',
});

export const loginChallenge = defineOperation({
  id: 'login.challenge',
  title: 'Begin a login with a passkey',
  description:
    'Tells what a passkey has to sign, and gives the browser a cookie by which it is known when it comes with the answer, within five minutes.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/login/passkey',
  result: PasskeyRequest,
  errors: ['passkey_elsewhere', 'forbidden', 'internal'],
  permission: 'account.own',
  scope: 'open',
});

export const loginPasskey = defineOperation({
  id: 'login.passkey',
  title: 'Log in with a passkey',
  description:
    'Begins a session with what a passkey answered to the login that this browser began. Each challenge counts once, whatever comes of it.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/login/passkey/answer',
  body: PasskeyLogin,
  result: UserSession,
  errors: [
    'invalid_input',
    'unknown_field',
    'passkey_copied',
    'login_refused',
    'too_many_attempts',
    'forbidden',
    'internal',
  ],
  permission: 'account.own',
  scope: 'open',
});
