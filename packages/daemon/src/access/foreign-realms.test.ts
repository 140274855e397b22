import type { AuditRecord, LoginWays, Problem, User, UserSession } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

/* Users whom others know: a provider of OpenID Connect, and a directory. */

let daemon: FakeDaemon;
let network: FastifyInstance;

const panel = 'https://node1.example.org:4648';
const header = { 'insula-request': '1' };

beforeAll(async () => {
  const oidc = { issuer: 'https://login.example.org', panel, clientId: 'insula', groupsClaim: 'groups' };
  const ldap = { url: 'ldaps://ldap.example.org', base: 'dc=example,dc=org', createUsers: true };
  daemon = await FakeDaemon.start({ api: { oidc: { ...oidc, title: 'Example' }, ldap } });
  network = await daemon.network();
});
afterAll(async () => {
  await network.close();
  await daemon.remove();
});

beforeEach(() => {
  daemon.host.identityProvider.failure = null;
  daemon.host.userDirectory.failure = null;
});

/** Each login comes from elsewhere: failures of one test slow no other down. */
let places = 0;

interface Asked {
  readonly cookie?: string;
  readonly payload?: object;
}

async function ask(method: 'GET' | 'POST' | 'PUT', url: string, { cookie = '', payload }: Asked = {}) {
  const answer = await network.inject({
    remoteAddress: `192.0.2.${places}`,
    method,
    url,
    headers: { ...header, cookie },
    ...(payload === undefined ? {} : { payload }),
  });
  const cookies = [answer.headers['set-cookie'] ?? []].flat().map((set) => set.split(';')[0] ?? '');
  const body = (answer.body === '' ? null : JSON.parse(answer.body)) as unknown;
  return { status: answer.statusCode, body, cookies, code: (body as Partial<Problem> | null)?.code };
}

async function atProvider(code: string, { state, cookie }: { state?: string; cookie?: string } = {}) {
  places += 1;
  const begun = await ask('POST', '/v1/login/provider');
  const given = new URL((begun.body as { url: string }).url).searchParams.get('state') ?? '';
  return await ask('POST', '/v1/login/provider/answer', {
    cookie: cookie ?? begun.cookies.join('; '),
    payload: { answer: new URLSearchParams({ code, state: state ?? given }).toString() },
  });
}

async function byDirectory(user: string, password: string, more: object = {}) {
  places += 1;
  return await ask('POST', '/v1/sessions', { payload: { realm: 'ldap', user, password, ...more } });
}

const asRoot = async (method: string, path: string, body?: object) => {
  const answer = await daemon.call(method, path, { body });
  return { status: answer.status, body: answer.body, code: (answer.body as Partial<Problem> | null)?.code };
};

test('how one can log in is told to everybody', async () => {
  expect((await ask('GET', '/v1/login')).body as LoginWays).toEqual({
    realms: ['internal', 'ldap', 've'],
    provider: 'Example',
    passkeysAt: expect.arrayContaining([panel]),
  });
});

describe('somebody whom the provider knows', () => {
  test('is let in as the user who was made for that, with the groups that it says', async () => {
    daemon.host.identityProvider.claims.set('alice', {
      sub: 'id-1',
      preferred_username: 'Alice',
      name: 'Alice A.',
      groups: ['staff', 7],
    });
    expect((await atProvider('alice')).code).toBe('login_refused');
    await asRoot('POST', '/v1/users', { name: 'alice', realm: 'oidc' });
    const { status, body, cookies } = await atProvider('alice');
    expect(status).toBe(200);
    expect(body as UserSession).toMatchObject({ user: 'alice', realm: 'oidc', current: true });
    const session = cookies.find((cookie) => cookie.startsWith('__Host-insula=')) ?? '';
    expect((await ask('GET', '/v1/whoami', { cookie: session })).body).toMatchObject({
      user: 'alice',
      realm: 'oidc',
      groups: ['staff'],
    });
    expect((await asRoot('GET', '/v1/users/alice')).body as User).toEqual(
      expect.objectContaining({ name: 'alice', realm: 'oidc', fullName: 'Alice A.', hasPassword: false }),
    );
    const [last] = (await asRoot('GET', '/v1/audit?limit=1')).body as AuditRecord[];
    expect(last).toMatchObject({ call: 'login.finish', who: 'alice', result: 'ok', fields: ['answer'] });
  });

  test('is nobody without the login that this browser began, or with another answer', async () => {
    expect((await atProvider('alice', { cookie: '' })).code).toBe('login_refused');
    expect((await atProvider('alice', { cookie: `__Host-insula-login=${'A'.repeat(100)}` })).code).toBe(
      'login_refused',
    );
    expect((await atProvider('alice', { state: 'state-0' })).code).toBe('login_refused');
    expect((await atProvider('nobody')).code).toBe('login_refused');
    const { cookies } = await atProvider('nobody');
    expect(cookies).toContain('__Host-insula-login=');
  });

  test('is shut out with its user, and has no password or code here', async () => {
    const { cookies } = await atProvider('alice');
    const session = cookies.find((cookie) => cookie.startsWith('__Host-insula=')) ?? '';
    expect((await ask('POST', '/v1/totp', { cookie: session })).code).toBe('foreign_user');
    const password = 'correct horse battery';
    expect((await asRoot('PUT', '/v1/users/alice/password', { password })).code).toBe('foreign_user');
    const made = await asRoot('POST', '/v1/users', { name: 'carol', realm: 'oidc', password });
    expect(made.code).toBe('foreign_user');
    await asRoot('PATCH', '/v1/users/alice', { enabled: false });
    expect((await ask('GET', '/v1/whoami', { cookie: session })).status).toBe(401);
    expect((await atProvider('alice')).code).toBe('login_refused');
    await asRoot('PATCH', '/v1/users/alice', { enabled: true });
  });

  test('hears no more than that the provider does not answer, when it does not', async () => {
    daemon.host.identityProvider.failure = new Error('connect ECONNREFUSED 10.1.2.3:443');
    const { status, code, body } = await ask('POST', '/v1/login/provider');
    expect({ status, code }).toEqual({ status: 503, code: 'realm_unavailable' });
    expect(JSON.stringify(body)).not.toContain('10.1.2.3');
  });
});

describe('somebody whom the directory knows', () => {
  beforeAll(() => {
    daemon.host.userDirectory.people.push(
      { password: 'pw', person: { subject: 'u-1', name: 'bob', fullName: 'Bob', groups: ['ops'] } },
      { password: 'pw', person: { subject: 'u-2', name: 'alice', fullName: 'Alice', groups: null } },
    );
  });

  test('becomes a user at the first login, and may do nothing until something is granted', async () => {
    expect((await byDirectory('bob', 'wrong')).code).toBe('login_refused');
    const { status, body, cookies } = await byDirectory('bob', 'pw');
    expect({ status, body }).toMatchObject({ status: 200, body: { user: 'bob', realm: 'ldap' } });
    expect((await ask('GET', '/v1/users', { cookie: cookies.join('; ') })).status).toBe(403);
    expect((await asRoot('GET', '/v1/users/bob')).body as User).toMatchObject({ groups: ['ops'] });
  });

  test('is not let in as a user of the same name whom somebody else knows', async () => {
    expect((await byDirectory('alice', 'pw')).code).toBe('login_refused');
  });

  test('has no password in the realm of the node', async () => {
    places += 1;
    const internal = await ask('POST', '/v1/sessions', { payload: { user: 'bob', password: 'pw' } });
    expect(internal.code).toBe('login_refused');
  });

  test('may have a second factor of the node', async () => {
    const { cookies } = await byDirectory('bob', 'pw');
    expect((await ask('POST', '/v1/totp', { cookie: cookies.join('; ') })).status).toBe(200);
  });

  test('keeps nobody waiting whom the node knows itself, while the directory does not answer', async () => {
    const password = 'correct horse battery';
    await asRoot('POST', '/v1/users', { name: 'carla', password });
    const { promise: answer, resolve: end } = Promise.withResolvers<null>();
    const prove = daemon.host.userDirectory.prove.bind(daemon.host.userDirectory);
    daemon.host.userDirectory.prove = async () => await answer;
    try {
      const waiting = ['a', 'b', 'c', 'd'].map(async (user) => await byDirectory(user, 'pw'));
      places += 1;
      const own = await ask('POST', '/v1/sessions', { payload: { user: 'carla', password } });
      expect(own.status).toBe(200);
      end(null);
      for (const refused of await Promise.all(waiting)) expect(refused.code).toBe('login_refused');
    } finally {
      end(null);
      daemon.host.userDirectory.prove = prove;
    }
  });

  test('hears no more than that the directory does not answer, when it does not', async () => {
    daemon.host.userDirectory.failure = new Error('bind failed for cn=admin');
    const { code, body } = await byDirectory('bob', 'pw');
    expect(code).toBe('realm_unavailable');
    expect(JSON.stringify(body)).not.toContain('cn=admin');
  });
});

test('a node that asks nobody says so', async () => {
  const plain = await FakeDaemon.start();
  const door = await plain.network();
  try {
    const post = async (url: string, payload?: object) => {
      const { body } = await door.inject({
        method: 'POST',
        url,
        headers: header,
        ...(payload === undefined ? {} : { payload }),
      });
      return (JSON.parse(body) as Problem).code;
    };
    expect(await post('/v1/login/provider')).toBe('realm_unknown');
    expect(await post('/v1/login/provider/answer', { answer: 'code=1' })).toBe('realm_unknown');
    expect(await post('/v1/sessions', { realm: 'ldap', user: 'bob', password: 'pw' })).toBe('realm_unknown');
  } finally {
    await door.close();
    await plain.remove();
  }
});
