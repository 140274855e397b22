import { UserSession } from '../schemas/access.ts';
import { Login, LoginWays, ProviderAnswer, ProviderLogin } from '../schemas/login.ts';
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
  description: 'The realms that take a name and a password, and the provider where one can log in instead.',
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
