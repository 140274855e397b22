import { readFileSync } from 'node:fs';
import { digestOf } from '@insula/access';
import type { Problem } from '@insula/contract';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

let daemon: FakeDaemon;
let network: FastifyInstance;

const password = 'correct horse battery';
const header = { 'insula-request': '1' };
const own = { host: 'node1:4648', origin: 'https://node1:4648', ...header };

const asRoot = async (method: string, path: string, body?: object) => {
  const answer = await daemon.call(method, path, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};
const ask = async (options: InjectOptions) => {
  const { statusCode: status, headers, body } = await network.inject(options);
  const cookie = String(headers['set-cookie'] ?? '').split(';')[0] ?? '';
  const answer: unknown = body === '' ? null : JSON.parse(body);
  return { status, headers, cookie, answer, code: (answer as Problem | null)?.code };
};
const logIn = async (user: string, more: object = {}, headers: object = header) =>
  await ask({
    method: 'POST',
    url: '/v1/sessions',
    headers: { ...headers },
    payload: { user, password, ...more },
  });
const whoami = async (headers: object) => await ask({ url: '/v1/whoami', headers: { ...headers } });

beforeAll(async () => {
  daemon = await FakeDaemon.start();
  network = await daemon.network();
  for (const name of ['alice', 'bob']) await asRoot('POST', '/v1/users', { name, password });
  await asRoot('POST', '/v1/users', { name: 'robot' });
  await asRoot('POST', '/v1/grants', { subject: 'user:alice', role: 'administrator', scope: 'everything' });
}, 60_000);
afterAll(async () => {
  await network.close();
  await daemon.remove();
});

describe('somebody whom nobody knows', () => {
  test('is refused at every call, there or not, before anything is read', async () => {
    for (const url of ['/v1/ves', '/v1/nothing', '/v1/openapi.json', '/v1/'])
      expect(await ask({ url })).toMatchObject({ status: 401, code: 'unauthenticated' });
    const late = await ask({ method: 'POST', url: '/v1/ves', payload: 'no json', headers: header });
    expect(late).toMatchObject({ status: 401 });
  });

  test('is not let in by a token in the address', async () => {
    const { cookie } = await logIn('alice');
    const created = await ask({
      method: 'POST',
      url: '/v1/tokens',
      headers: { cookie, ...own },
      payload: { name: 'x' },
    });
    const { token } = created.answer as { readonly token: string };
    for (const url of [`/v1/whoami?token=${token}`, `/v1/whoami?access_token=${token}`])
      expect(await ask({ url })).toMatchObject({ status: 401 });
    expect(await whoami({ authorization: `Bearer ${token}` })).toMatchObject({ status: 200 });
  });

  test.each([
    'Basic YWxpY2U6eA==',
    'Bearer',
    'Bearer x y',
    `Bearer ${'x'.repeat(600)}`,
    'Bearer insula_wrong',
  ])('is not let in by %s', async (authorization) =>
    expect(await whoami({ authorization })).toMatchObject({ status: 401 }),
  );
});

describe('a login', () => {
  test('begins a session in a cookie that scripts and other sites do not get', async () => {
    const { status, headers, cookie, answer } = await logIn('alice');
    expect(status).toBe(200);
    expect(headers['set-cookie']).toMatch(
      /^__Host-insula=insula_[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    );
    expect(JSON.stringify(answer)).not.toContain(cookie.split('=')[1]);
    expect(await whoami({ cookie })).toMatchObject({
      status: 200,
      answer: { user: 'alice', via: 'session' },
    });
  });

  test('never takes up a session that the client brings along', async () => {
    const fixed = '__Host-insula=insula_fixedbyanattacker';
    const planted = await logIn('alice', {}, { cookie: fixed, ...header });
    expect(planted.status).toBe(401);
    const first = await logIn('alice');
    const second = await logIn('alice', {}, { cookie: first.cookie, ...own });
    expect(second.cookie).not.toBe(first.cookie);
    expect(await whoami({ cookie: first.cookie })).toMatchObject({ status: 401 });
    expect(await whoami({ cookie: second.cookie })).toMatchObject({ status: 200 });
  });

  test('that is wrong says nothing about what was wrong', async () => {
    const problems = [
      await logIn('alice', { password: 'wrong wrong wrong' }),
      await logIn('nobody'),
      await logIn('robot'),
      await logIn("x' OR 1=1 --"),
    ];
    for (const { status, answer } of problems) {
      expect(status).toBe(401);
      expect(answer).toEqual(problems[0]?.answer);
    }
  });

  test('costs as much effort for a user that there is not', async () => {
    const durations = async (user: string) => {
      const started = performance.now();
      await logIn(user, { password: 'wrong wrong wrong' });
      return performance.now() - started;
    };
    const unknown: number[] = [];
    const known: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      unknown.push(await durations(`somebody${round}`));
      known.push(await durations('bob'));
    }
    // a comparison that is left out takes a hundredth of the time; noise of the machine stays far within this
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 4);
  });

  test('is slowed down after some failures, in the same way for a user that there is not', {
    timeout: 60_000,
  }, async () => {
    for (const user of ['guessed', 'ghost']) {
      for (let count = 0; count < 5; count += 1)
        expect(await logIn(user, { password: 'wrong wrong wrong' })).toMatchObject({ status: 401 });
      expect(await logIn(user)).toMatchObject({ status: 429, code: 'too_many_attempts' });
    }
  });

  test('with a second factor needs a code, and each code counts once', async () => {
    await asRoot('POST', '/v1/users', { name: 'carol', password });
    const { cookie } = await logIn('carol');
    const begun = await ask({ method: 'POST', url: '/v1/totp', headers: { cookie, ...own } });
    const totp = new TOTP({ secret: (begun.answer as { readonly secret: string }).secret });
    const code = totp.generate();
    const confirm = {
      method: 'PUT',
      url: '/v1/totp',
      headers: { cookie, ...own },
      payload: { code },
    } as const;
    expect(await ask(confirm)).toMatchObject({ status: 200 });
    expect(await logIn('carol')).toMatchObject({ status: 401, code: 'second_factor_needed' });
    expect(await logIn('carol', { code })).toMatchObject({ status: 401, code: 'login_refused' });
    const next = totp.generate({ timestamp: Date.now() + 30_000 });
    expect(await logIn('carol', { code: next })).toMatchObject({ status: 200 });
    await asRoot('DELETE', '/v1/users/carol/totp');
    expect(await logIn('carol')).toMatchObject({ status: 200 });
  });
});

describe('a session', () => {
  test('gets a new secret after a while, and ends when an old one is used again', async () => {
    const { cookie } = await logIn('bob');
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 901_000);
      const rotated = await whoami({ cookie });
      expect(rotated.cookie).toMatch(/^__Host-insula=insula_/);
      expect(rotated.cookie).not.toBe(cookie);
      expect(await whoami({ cookie })).toMatchObject({ status: 200 });
      vi.setSystemTime(Date.now() + 61_000);
      expect(await whoami({ cookie })).toMatchObject({ status: 401 });
      expect(await whoami({ cookie: rotated.cookie })).toMatchObject({ status: 401 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('keeps its secret when a WebSocket is opened, whose answer could carry no other', async () => {
    const { cookie } = await logIn('bob');
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 901_000);
      const upgrade = { ...own, upgrade: 'websocket', connection: 'upgrade' };
      await ask({ url: '/v1/ves/any/exec', headers: { cookie, ...upgrade } });
      vi.setSystemTime(Date.now() + 61_000);
      expect(await whoami({ cookie })).toMatchObject({ status: 200 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('ends when it is not used, and after half a day whatever happens', async () => {
    const { cookie } = await logIn('bob');
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 3_601_000);
      expect(await whoami({ cookie })).toMatchObject({ status: 401 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('ends by its user, with a new password, and when the user is shut out', async () => {
    const one = await logIn('bob');
    const two = await logIn('bob');
    const end = {
      method: 'DELETE',
      url: '/v1/sessions/current',
      headers: { cookie: one.cookie, ...own },
    } as const;
    expect((await ask(end)).headers['set-cookie']).toContain('Max-Age=0');
    expect(await whoami({ cookie: one.cookie })).toMatchObject({ status: 401 });
    await asRoot('PUT', '/v1/users/bob/password', { password });
    expect(await whoami({ cookie: two.cookie })).toMatchObject({ status: 401 });
    const three = await logIn('bob');
    await asRoot('PATCH', '/v1/users/bob', { enabled: false });
    expect(await whoami({ cookie: three.cookie })).toMatchObject({ status: 401 });
    expect(await logIn('bob')).toMatchObject({ status: 401, code: 'login_refused' });
    await asRoot('PATCH', '/v1/users/bob', { enabled: true });
  });
});

describe('a request of another site', () => {
  const change = (headers: object): InjectOptions => ({
    method: 'POST',
    url: '/v1/tokens',
    headers: { ...headers },
    payload: { name: 'x' },
  });

  test('is refused with the cookie that the browser adds', async () => {
    const { cookie } = await logIn('alice');
    const host = 'node1:4648';
    for (const more of [
      { origin: 'https://evil.example', ...header },
      { origin: 'null', ...header },
      { 'sec-fetch-site': 'cross-site', ...header },
      { 'sec-fetch-site': 'same-site', ...header },
      {},
    ])
      expect(await ask(change({ cookie, host, ...more }))).toMatchObject({ status: 403, code: 'cross_site' });
    expect(await whoami({ cookie, host, 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 });
    expect(await ask(change({ cookie, ...own, 'sec-fetch-site': 'same-origin' }))).toMatchObject({
      status: 200,
    });
  });

  test('cannot log somebody in', async () => {
    expect(await logIn('alice', {}, { origin: 'https://evil.example', ...header })).toMatchObject({
      status: 403,
    });
    expect(await logIn('alice', {}, {})).toMatchObject({ status: 403, code: 'cross_site' });
  });

  test('opens no WebSocket', async () => {
    const { cookie } = await logIn('alice');
    const upgrade = { upgrade: 'websocket', connection: 'upgrade', host: 'node1:4648' };
    const open = (headers: object) => ask({ url: '/v1/ves/any/exec', headers: { ...upgrade, ...headers } });
    expect(await open({ cookie, origin: 'https://evil.example' })).toMatchObject({ code: 'cross_site' });
    expect(await open({})).toMatchObject({ code: 'unauthenticated' });
    expect(await open({ cookie, origin: 'https://node1:4648' })).toMatchObject({ code: 've_not_found' });
  });
});

describe('a token', () => {
  const tokenOf = async (body: object) => {
    const { cookie } = await logIn('alice');
    const { answer } = await ask({
      method: 'POST',
      url: '/v1/tokens',
      headers: { cookie, ...own },
      payload: { name: 'test', ...body },
    });
    return answer as { readonly id: string; readonly token: string };
  };

  test('is kept as a digest, and never shown again', async () => {
    const { token, id } = await tokenOf({});
    expect(JSON.stringify(await asRoot('GET', '/v1/tokens'))).not.toContain(token);
    expect(daemon.node.access.credentials.token({ secret: token })?.id).toBe(id);
    const database = `${daemon.dir}/insula.db`;
    const bytes = Buffer.concat([readFileSync(database), readFileSync(`${database}-wal`)]);
    expect(bytes.includes(digestOf(token))).toBe(true);
    expect(bytes.includes(token)).toBe(false);
    expect(bytes.includes(password)).toBe(false);
  });

  test('needs no proof of the site, ends on its day, and when it is revoked', async () => {
    const { token, id } = await tokenOf({ days: 1 });
    const authorization = `Bearer ${token}`;
    const answer = await ask({ method: 'DELETE', url: '/v1/tokens/none', headers: { authorization } });
    expect(answer).toMatchObject({ code: 'entry_not_found' });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      vi.setSystemTime(Date.now() + 86_401_000);
      expect(await whoami({ authorization })).toMatchObject({ status: 401 });
    } finally {
      vi.useRealTimers();
    }
    await asRoot('DELETE', `/v1/tokens/${id}`);
    expect(await whoami({ authorization })).toMatchObject({ status: 401 });
  });

  test('that lets one do less is no way to what lets one do more', async () => {
    const { token } = await tokenOf({ role: 'monitor' });
    const headers = { authorization: `Bearer ${token}` };
    expect(await ask({ url: '/v1/ves', headers })).toMatchObject({ status: 200 });
    for (const [method, url, payload] of [
      ['POST', '/v1/tokens', { name: 'more' }],
      ['POST', '/v1/totp', undefined],
      ['PUT', '/v1/users/alice/password', { password: 'another long password', current: password }],
      ['POST', '/v1/users', { name: 'mallory' }],
      ['POST', '/v1/grants', { subject: 'user:alice', role: 'monitor', scope: 'everything' }],
    ] as const)
      expect(await ask({ method, url, headers, ...(payload && { payload }) }), url).toMatchObject({
        code: 'forbidden',
      });
  });
});

describe('whoever manages access', () => {
  const managerToken = async () => {
    await asRoot('POST', '/v1/roles', {
      name: 'manager',
      privileges: ['access.read', 'access.manage', 've.read', 'operation.read'],
    });
    await asRoot('POST', '/v1/users', { name: 'dave', password });
    await asRoot('POST', '/v1/grants', { subject: 'user:dave', role: 'manager', scope: 'everything' });
    const { cookie } = await logIn('dave');
    return { cookie, ...own };
  };

  test('hands on only what he holds, on every way', async () => {
    const headers = await managerToken();
    await asRoot('POST', '/v1/grants', {
      subject: 'group:bosses',
      role: 'administrator',
      scope: 'everything',
    });
    for (const [method, url, payload] of [
      ['POST', '/v1/grants', { subject: 'user:dave', role: 'administrator', scope: 'everything' }],
      ['POST', '/v1/grants', { subject: 'user:dave', role: 've-owner', scope: 'group:any' }],
      ['POST', '/v1/roles', { name: 'more', privileges: ['ve.exec'] }],
      ['POST', '/v1/roles', { name: 'more', from: 'administrator' }],
      ['PATCH', '/v1/roles/manager', { privileges: ['ve.exec'] }],
      ['POST', '/v1/users', { name: 'eve', groups: ['bosses'] }],
      ['PATCH', '/v1/users/dave', { groups: ['bosses'] }],
      ['PUT', '/v1/users/alice/password', { password: 'another long password' }],
      ['DELETE', '/v1/users/alice/totp', undefined],
      ['DELETE', '/v1/users/alice', undefined],
      ['PATCH', '/v1/users/alice', { enabled: false }],
    ] as const)
      expect(await ask({ method, url, headers, ...(payload && { payload }) }), url).toMatchObject({
        code: 'not_held',
      });
    const fitting = { subject: 'user:bob', role: 'manager', scope: 'group:any' };
    expect(await ask({ method: 'POST', url: '/v1/grants', headers, payload: fitting })).toMatchObject({
      status: 200,
    });
  });

  test('does not change what is built in, nor takes away a role that somebody has', async () => {
    expect(await daemon.call('DELETE', '/v1/roles/monitor')).toMatchObject({ body: { code: 'built_in' } });
    expect(await daemon.call('DELETE', '/v1/roles/manager')).toMatchObject({ body: { code: 'role_in_use' } });
  });
});

test('a user who comes later under an old name begins with nothing', async () => {
  await asRoot('POST', '/v1/users', { name: 'frank', password });
  await asRoot('POST', '/v1/grants', { subject: 'user:frank', role: 'administrator', scope: 'everything' });
  const { cookie } = await logIn('frank');
  await asRoot('DELETE', '/v1/users/frank');
  expect(await whoami({ cookie })).toMatchObject({ status: 401 });
  await asRoot('POST', '/v1/users', { name: 'frank', password });
  const again = await logIn('frank');
  expect((await whoami({ cookie: again.cookie })).answer).toMatchObject({ holds: [] });
  expect(await ask({ url: '/v1/ves', headers: { cookie: again.cookie } })).toMatchObject({
    code: 'forbidden',
  });
});

test('every answer is data, kept by nobody and shown in no frame', async () => {
  const { headers } = await ask({ url: '/v1/whoami' });
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  });
});
