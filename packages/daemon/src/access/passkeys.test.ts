import { hostname } from 'node:os';
import { FakeAuthenticator } from '@insula/access';
import type {
  AuditRecord,
  LoginWays,
  Passkey,
  PasskeyCreation,
  PasskeyRequest,
  Problem,
  User,
} from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

/* Passkeys over the door of the network, with an authenticator in memory that signs as real ones do. */

const password = 'correct horse battery';
const origin = 'https://panel.example.org:4648';
const elsewhere = `https://${hostname().toLowerCase()}:4648`;

let daemon: FakeDaemon;
let network: FastifyInstance;

beforeAll(async () => {
  daemon = await FakeDaemon.start({ api: { names: ['panel.example.org', '192.0.2.7'] } });
  network = await daemon.network();
  for (const name of ['alice', 'bob']) await asRoot('POST', '/v1/users', { name, password });
}, 60_000);
afterAll(async () => {
  await network.close();
  await daemon.remove();
});

const asRoot = async (method: string, path: string, body?: object) => {
  const answer = await daemon.call(method, path, { body });
  return { status: answer.status, body: answer.body, code: (answer.body as Partial<Problem> | null)?.code };
};

/** Each browser comes from elsewhere: failures of one test slow no other down. */
let places = 0;

/** A browser at the panel, with an authenticator. */
class Client {
  readonly authenticator: FakeAuthenticator;
  readonly origin: string;
  readonly #place: string;
  readonly cookies = new Map<string, string>();

  constructor({ authenticator = new FakeAuthenticator(), at = origin } = {}) {
    this.authenticator = authenticator;
    this.origin = at;
    places += 1;
    this.#place = `192.0.2.${places}`;
  }

  async ask(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
    const answer = await network.inject({
      remoteAddress: this.#place,
      method,
      url,
      headers: {
        host: new URL(this.origin).host,
        origin: this.origin,
        'insula-request': '1',
        cookie: [...this.cookies].map((pair) => pair.join('=')).join('; '),
      },
      ...(payload === undefined ? {} : { payload }),
    });
    for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
      const [name = '', value = ''] = (set.split(';')[0] ?? '').split('=', 2);
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const body = (answer.body === '' ? null : JSON.parse(answer.body)) as unknown;
    return { status: answer.statusCode, body, code: (body as Partial<Problem> | null)?.code };
  }

  async logIn(user: string) {
    return await this.ask('POST', '/v1/sessions', { user, password });
  }

  async begin(body: object = {}) {
    return await this.ask('POST', '/v1/passkeys/challenge', body);
  }

  async register(name: string, body: object = {}): Promise<Passkey> {
    const begun = await this.begin(body);
    expect(begun).toMatchObject({ status: 200 });
    const answer = this.authenticator.create(begun.body as PasskeyCreation, this.origin);
    const created = await this.ask('POST', '/v1/passkeys', { name, answer });
    expect(created).toMatchObject({ status: 200 });
    return created.body as Passkey;
  }

  async challenge(): Promise<PasskeyRequest> {
    return (await this.ask('POST', '/v1/login/passkey')).body as PasskeyRequest;
  }

  async logInByPasskey(held = this.authenticator.held.at(-1)) {
    const answer = this.authenticator.prove(await this.challenge(), this.origin, held);
    return await this.ask('POST', '/v1/login/passkey/answer', { answer });
  }
}

/** Alice, at a browser of her own with a passkey of its authenticator, logged out again. */
async function someone(name: string) {
  const client = new Client();
  await asRoot('DELETE', `/v1/users/${name}`);
  await asRoot('POST', '/v1/users', { name, password });
  await client.logIn(name);
  const passkey = await client.register('laptop');
  await client.ask('DELETE', '/v1/sessions/current');
  return { client, passkey };
}

const lastEntry = async () => ((await asRoot('GET', '/v1/audit?limit=1')).body as AuditRecord[])[0];

test('where passkeys work is told to everybody: at the names of the panel, and at no address', async () => {
  const { passkeysAt } = (await new Client().ask('GET', '/v1/login')).body as LoginWays;
  expect(passkeysAt).toEqual(expect.arrayContaining([origin, 'https://localhost:4648', elsewhere]));
  expect(passkeysAt.join()).not.toContain('192.0.2.7');
});

describe('a passkey', () => {
  test('lets its user in without a password, whom it names itself', async () => {
    const { client, passkey } = await someone('carol');
    expect(passkey).toMatchObject({
      user: 'carol',
      name: 'laptop',
      host: 'panel.example.org',
      copied: false,
    });
    const { status, body } = await client.logInByPasskey();
    expect({ status, body }).toMatchObject({ status: 200, body: { user: 'carol', realm: 'internal' } });
    expect((await client.ask('GET', '/v1/whoami')).body).toMatchObject({ user: 'carol', via: 'session' });
    const [listed] = (await client.ask('GET', '/v1/passkeys')).body as Passkey[];
    expect(listed?.lastUsedAt).toMatch(/^20/);
    expect(await lastEntry()).toMatchObject({ call: 'login.passkey', who: 'carol', result: 'ok' });
    expect((await asRoot('GET', '/v1/users/carol')).body as User).toMatchObject({ passkeys: 1 });
  });

  test('is a second factor: the password alone lets nobody in any more, a code of an app beside it does', async () => {
    const { client } = await someone('carol');
    const refused = await client.logIn('carol');
    expect(refused).toMatchObject({ status: 401, code: 'passkey_needed' });
    const wrong = await client.ask('POST', '/v1/sessions', { user: 'carol', password: 'wrong wrong wrong' });
    expect(wrong).toMatchObject({ status: 401, code: 'login_refused' });
  });

  test('is told from others of its user, renamed, and removed for good', async () => {
    const { client, passkey } = await someone('carol');
    const laptop = client.authenticator.held.at(-1);
    await client.logInByPasskey();
    const begun = await client.begin();
    const { excludeCredentials, user } = begun.body as PasskeyCreation;
    expect(excludeCredentials.map(({ id }) => id)).toEqual([laptop?.credential]);
    expect(user.id).toBe(laptop?.handle);
    const key = await client.register('key');
    await client.ask('PATCH', `/v1/passkeys/${key.id}`, { name: 'blue key' });
    const names = async () =>
      ((await client.ask('GET', '/v1/passkeys')).body as Passkey[]).map(({ name }) => name).toSorted();
    expect(await names()).toEqual(['blue key', 'laptop']);
    expect(await client.ask('DELETE', `/v1/passkeys/${passkey.id}`)).toMatchObject({ status: 200 });
    expect(await lastEntry()).toMatchObject({ call: 'passkey.remove', who: 'carol', target: passkey.id });
    expect(await names()).toEqual(['blue key']);
    expect(await client.logInByPasskey(laptop)).toMatchObject({ status: 401, code: 'login_refused' });
    expect(await client.logInByPasskey()).toMatchObject({ status: 200 });
  });

  test('is nobody else’s to rename or remove, and not there for them', async () => {
    const { passkey } = await someone('carol');
    const bob = new Client();
    await bob.logIn('bob');
    const url = `/v1/passkeys/${passkey.id}`;
    expect(await bob.ask('PATCH', url, { name: 'mine' })).toMatchObject({ code: 'entry_not_found' });
    expect(await bob.ask('DELETE', url)).toMatchObject({ code: 'entry_not_found' });
    expect(await bob.ask('GET', '/v1/passkeys?user=carol')).toMatchObject({ code: 'forbidden' });
    expect((await bob.ask('GET', '/v1/passkeys')).body).toEqual([]);
  });

  test('is taken away by an administrator who holds all that its user holds', async () => {
    const { client, passkey } = await someone('carol');
    await asRoot('POST', '/v1/grants', { subject: 'user:carol', role: 'administrator', scope: 'everything' });
    await asRoot('POST', '/v1/roles', { name: 'helper', privileges: ['access.read', 'access.manage'] });
    await asRoot('POST', '/v1/users', { name: 'helper', password });
    await asRoot('POST', '/v1/grants', { subject: 'user:helper', role: 'helper', scope: 'everything' });
    const helper = new Client();
    await helper.logIn('helper');
    expect((await helper.ask('GET', '/v1/passkeys?user=carol')).body).toMatchObject([{ name: 'laptop' }]);
    const url = `/v1/passkeys/${passkey.id}`;
    expect(await helper.ask('DELETE', url)).toMatchObject({ status: 403, code: 'not_held' });
    expect(await asRoot('DELETE', url)).toMatchObject({ status: 200 });
    expect(await client.logInByPasskey()).toMatchObject({ code: 'login_refused' });
    expect(await client.logIn('carol')).toMatchObject({ status: 200 });
  });

  test('lets nobody in whose user is shut out, and goes with its user', async () => {
    const { client } = await someone('carol');
    await asRoot('PATCH', '/v1/users/carol', { enabled: false });
    expect(await client.logInByPasskey()).toMatchObject({ code: 'login_refused' });
    await asRoot('DELETE', '/v1/users/carol');
    await asRoot('POST', '/v1/users', { name: 'carol', password });
    expect(await client.logInByPasskey()).toMatchObject({ code: 'login_refused' });
  });

  test('whose counter goes back was copied: nobody is let in by it any more, and the audit log has it', async () => {
    const { client, passkey } = await someone('carol');
    client.authenticator.counter = 7;
    expect(await client.logInByPasskey()).toMatchObject({ status: 200 });
    await client.ask('DELETE', '/v1/sessions/current');
    // a forged counter without the key says nothing
    const forged = client.authenticator.prove(await client.challenge(), origin);
    const bytes = Buffer.from(forged.response.authenticatorData, 'base64url');
    bytes.writeUInt32BE(1, 33);
    const response = { ...forged.response, authenticatorData: bytes.toString('base64url') };
    expect(
      await client.ask('POST', '/v1/login/passkey/answer', { answer: { ...forged, response } }),
    ).toMatchObject({ code: 'login_refused' });
    expect(await client.logInByPasskey()).toMatchObject({ status: 401, code: 'passkey_copied' });
    expect(await lastEntry()).toMatchObject({
      call: 'login.passkey',
      who: 'carol',
      via: 'none',
      result: 'passkey_copied',
    });
    client.authenticator.counter = 8;
    expect(await client.logInByPasskey()).toMatchObject({ code: 'passkey_copied' });
    const listed = (await asRoot('GET', '/v1/passkeys?user=carol')).body as Passkey[];
    expect(listed).toMatchObject([{ id: passkey.id, copied: true }]);
  });
});

describe('a login with a passkey', () => {
  test('counts once, for the browser that began it, for five minutes', async () => {
    const { client } = await someone('carol');
    const answer = client.authenticator.prove(await client.challenge(), origin);
    const began = new Map(client.cookies);
    const other = new Client({ authenticator: client.authenticator });
    const send = async (by: Client) => await by.ask('POST', '/v1/login/passkey/answer', { answer });
    expect(await send(other)).toMatchObject({ code: 'login_refused' });
    await other.challenge();
    expect(await send(other)).toMatchObject({ code: 'login_refused' });
    expect(await send(client)).toMatchObject({ status: 200 });
    for (const [name, value] of began) other.cookies.set(name, value);
    expect(await send(other)).toMatchObject({ code: 'login_refused' });

    const late = new Client({ authenticator: client.authenticator });
    const proof = client.authenticator.prove(await late.challenge(), origin);
    vi.useFakeTimers({ now: Date.now() + 301_000, toFake: ['Date'] });
    try {
      expect(await late.ask('POST', '/v1/login/passkey/answer', { answer: proof })).toMatchObject({
        code: 'login_refused',
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test('is for the place where the passkey was made, and none without a name', async () => {
    const { client } = await someone('carol');
    const { authenticator } = client;
    const there = new Client({ authenticator, at: elsewhere });
    expect(await there.logInByPasskey()).toMatchObject({ code: 'login_refused' });
    for (const at of [
      'https://192.0.2.7:4648',
      'https://panel.example.org',
      'https://panel.example.org:9999',
      'https://evil.example',
    ]) {
      const { status, code, body } = await new Client({ at }).ask('POST', '/v1/login/passkey');
      expect({ at, status, code }).toEqual({ at, status: 409, code: 'passkey_elsewhere' });
      expect((body as Problem).hint).toContain(origin);
    }
  });

  test('is refused with a passkey of somebody else in the name of another', async () => {
    const { client } = await someone('carol');
    const dave = await someone('dave');
    const carols = client.authenticator.held.at(-1);
    const daves = dave.client.authenticator.held.at(-1);
    if (carols === undefined || daves === undefined) throw new Error('there is no passkey');
    const mixed = { ...daves, credential: carols.credential, handle: carols.handle };
    expect(await dave.client.logInByPasskey(mixed)).toMatchObject({ code: 'login_refused' });
    const named = { ...daves, handle: carols.handle };
    expect(await dave.client.logInByPasskey(named)).toMatchObject({ code: 'login_refused' });
  });

  test('that fails again and again is slowed down', async () => {
    const { client } = await someone('carol');
    const guess = async () => {
      const answer = client.authenticator.prove({ ...(await client.challenge()), challenge: 'AAAA' }, origin);
      return (await client.ask('POST', '/v1/login/passkey/answer', { answer })).code;
    };
    for (let round = 0; round < 5; round += 1) expect(await guess()).toBe('login_refused');
    expect(await guess()).toBe('too_many_attempts');
  });
});

describe('to register a passkey', () => {
  test('needs a fresh login, or the password', async () => {
    const client = new Client();
    await client.logIn('alice');
    vi.useFakeTimers({ now: Date.now() + 601_000, toFake: ['Date'] });
    try {
      expect(await client.begin()).toMatchObject({ status: 403, code: 'fresh_login_needed' });
      expect(await client.begin({ password: 'wrong wrong wrong' })).toMatchObject({ code: 'login_refused' });
      expect(await client.begin({ password })).toMatchObject({ status: 200 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('is for its own session and once', async () => {
    const client = new Client();
    await client.logIn('bob');
    const begun = (await client.begin()).body as PasskeyCreation;
    const answer = client.authenticator.create(begun, origin);
    const attempt = client.cookies.get('__Host-insula-login') ?? '';
    const other = new Client();
    await other.logIn('bob');
    other.cookies.set('__Host-insula-login', attempt);
    const made = { name: 'x', answer };
    expect(await other.ask('POST', '/v1/passkeys', made)).toMatchObject({ code: 'passkey_refused' });
    expect(await client.ask('POST', '/v1/passkeys', made)).toMatchObject({ code: 'passkey_refused' });
    expect(await client.ask('POST', '/v1/passkeys', made)).toMatchObject({ code: 'passkey_refused' });
    expect((await client.ask('GET', '/v1/passkeys')).body).toEqual([]);
  });

  test('is refused for one that somebody has already', async () => {
    const { client } = await someone('carol');
    await client.logInByPasskey();
    const [row] = daemon.node.access.passkeys.store.list('carol');
    if (row === undefined) throw new Error('there is no passkey');
    expect(() => daemon.node.access.passkeys.store.add({ ...row, id: 'x', user: 'bob' })).toThrow(
      expect.objectContaining({ code: 'entry_exists' }),
    );
  });

  test('is for users whose password the node knows, and not for root or limited tokens', async () => {
    await asRoot('POST', '/v1/users', { name: 'erin', realm: 'oidc' });
    const expiresAt = new Date(Date.now() + 600_000).toISOString();
    const token = { id: 'erin', user: 'erin', name: 't', role: null, scope: null, expiresAt };
    daemon.node.access.credentials.addToken({ ...token, createdAt: expiresAt }, 'secret-of-erin');
    const as = async (secret: string) =>
      await network.inject({
        method: 'POST',
        url: '/v1/passkeys/challenge',
        headers: { authorization: `Bearer ${secret}`, host: 'panel.example.org:4648' },
        payload: {},
      });
    expect((await as('secret-of-erin')).json()).toMatchObject({ code: 'foreign_user' });
    const limited = { ...token, id: 'bob', user: 'bob', role: 'monitor', createdAt: expiresAt };
    daemon.node.access.credentials.addToken(limited, 'secret-of-bob');
    expect((await as('secret-of-bob')).json()).toMatchObject({ code: 'forbidden' });
    expect(await asRoot('POST', '/v1/passkeys/challenge', {})).toMatchObject({ code: 'entry_not_found' });
  });
});
