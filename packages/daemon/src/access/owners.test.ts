import { nobodysCrypt } from '@insula/access';
import {
  needsOf,
  type Operation,
  type OperationDefinition,
  operationRows,
  type Problem,
  type VePermissions,
  type WhoAmI,
} from '@insula/contract';
import { poolLayout } from '@insula/vzfs';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';
import { Owners } from './owners.ts';

/* The root of a VE at the door of the network, and the policies that say what it may. */

let daemon: FakeDaemon;
let network: FastifyInstance;
const uuids: Record<string, string> = {};

const hash = `$6$saltsalt$${'a'.repeat(86)}`;
const password = 'secret of web1';
const header = { 'insula-request': '1' };

beforeAll(async () => {
  daemon = await FakeDaemon.start();
  network = await daemon.network();
  for (const [name, groups] of [
    ['web1', ['web']],
    ['alice', []],
  ] as const) {
    const { target } = await daemon.perform('POST', '/v1/ves', { name, template: 'debian-12', groups });
    uuids[name] = target.id;
    await keep(name, `root:${hash}:19000:0:99999:7:::\n`);
  }
  daemon.host.crypt.passwords.set(hash, password);
  await asRoot('POST', '/v1/users', { name: 'alice', password: 'correct horse battery' });
});
afterAll(async () => {
  await network.close();
  await daemon.remove();
});
beforeEach(async () => {
  await asRoot('PATCH', '/v1/policies/everything', { ownerLogin: true, withheld: null, snapshots: null });
});

async function keep(ve: string, shadow: string): Promise<void> {
  const { upper } = poolLayout('/pool').privateArea(uuids[ve] ?? '');
  await daemon.host.guestTrees.within(upper, async (tree) => {
    await tree.writeFile('/etc/shadow', shadow, { uid: 0, gid: 42 });
  });
}

const asRoot = async (method: string, path: string, body?: object) => {
  const answer = await daemon.call(method, path, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};

const ownersOf = ({ node, host }: FakeDaemon) =>
  new Owners(
    { nodeName: node.config.name, registry: node.registry, host, pool: poolLayout('/pool') },
    node.access.policies,
  );

/** Each login comes from elsewhere: failures of one test slow no other down. */
let places = 0;

async function logIn(user: string, more: object = {}) {
  places += 1;
  const answer = await network.inject({
    remoteAddress: `192.0.2.${places}`,
    method: 'POST',
    url: '/v1/sessions',
    headers: header,
    payload: { user, password, realm: 've', ...more },
  });
  const cookie = String(answer.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  const ask = async (method: OperationDefinition['method'], url: string, payload?: object) => {
    const { statusCode, body } = await network.inject({
      method,
      url,
      headers: { ...header, cookie },
      ...(payload === undefined ? {} : { payload }),
    });
    const content: unknown = body === '' ? null : JSON.parse(body);
    return { status: statusCode, body: content, code: (content as Partial<Problem> | null)?.code };
  };
  return { status: answer.statusCode, body: answer.body, ask };
}

describe('the root of a VE', () => {
  test('logs in with its name and password, and does with it what an owner may', async () => {
    const { status, ask } = await logIn('web1');
    expect(status).toBe(200);
    expect((await ask('GET', '/v1/whoami')).body as WhoAmI).toMatchObject({
      user: 'web1',
      realm: 've',
      holds: [{ role: 've-owner', scope: 've:web1' }],
    });
    expect((await ask('GET', '/v1/ves')).body).toMatchObject([{ name: 'web1' }]);
    expect(await ask('POST', '/v1/ves/web1/start?dryRun=true')).toMatchObject({ status: 200 });
    expect(await ask('POST', '/v1/ves/alice/start?dryRun=true')).toMatchObject({ code: 've_not_found' });
    for (const url of ['/v1/node', '/v1/users', '/v1/audit', '/v1/policies', '/v1/samples'])
      expect(await ask('GET', url), url).toMatchObject({ code: 'forbidden' });
    expect(await ask('DELETE', '/v1/ves/web1?dryRun=true')).toMatchObject({ code: 'forbidden' });
  });

  test('may make exactly the calls that a user may who holds the VE as its owner', async () => {
    await asRoot('POST', '/v1/users', { name: 'twin' });
    await asRoot('POST', '/v1/grants', { subject: 'user:twin', role: 've-owner', scope: 've:web1' });
    const at = new Date(Date.now() + 600_000).toISOString();
    const token = {
      id: 'twin',
      user: 'twin',
      name: 't',
      role: null,
      scope: null,
      createdAt: at,
      expiresAt: at,
    };
    daemon.node.access.credentials.addToken(token, 'secret-of-twin');
    const { ask } = await logIn('web1');
    const rows = operationRows.filter(
      (row) =>
        !['events', 'socket', 'download'].includes(row.kind) &&
        needsOf(row).every(({ on }) => on !== 'own' && on !== 'open'),
    );
    for (const { id, method, path, planned } of rows) {
      for (const ve of ['web1', 'alice']) {
        const query = planned === true ? '?dryRun=true' : id === 've.wait' ? '?timeout=0' : '';
        const url = `${path.replace('{ve}', ve).replaceAll(/\{\w+\}/g, 'nobody')}${query}`;
        const authorization = 'Bearer secret-of-twin';
        const twin = await network.inject({ method, url, headers: { authorization } });
        const code = twin.statusCode < 400 ? undefined : (twin.json() as Problem).code;
        const own = await ask(method, url);
        expect([own.status, own.code], `${id} on ${ve}`).toEqual([twin.statusCode, code]);
      }
    }
  });

  test('sees and ends its own sessions', async () => {
    const { ask } = await logIn('web1');
    expect((await ask('GET', '/v1/sessions')).body).toEqual(
      expect.arrayContaining([expect.objectContaining({ user: 'web1', realm: 've', current: true })]),
    );
    expect(await ask('DELETE', '/v1/sessions/current')).toMatchObject({ status: 200 });
    expect(await ask('GET', '/v1/whoami')).toMatchObject({ status: 401 });
  });

  test('is nobody to what belongs to the user of the same name', async () => {
    const { ask } = await logIn('alice');
    const made = await ask('POST', '/v1/tokens', { name: 'x' });
    expect(made.code).toBe('entry_not_found');
    for (const url of ['/v1/sessions?user=alice', '/v1/tokens?user=alice', '/v1/certificates?user=alice'])
      expect(await ask('GET', url), url).toMatchObject({ code: 'forbidden' });
    expect(await ask('POST', '/v1/totp')).toMatchObject({ code: 'entry_not_found' });
    expect((await logIn('alice', { password: 'correct horse battery' })).status).toBe(401);
    expect((await logIn('alice', { realm: 'internal' })).status).toBe(401);
  });

  test('is let in by no other name of the VE, and by no wrong password', async () => {
    const owners = ownersOf(daemon);
    expect(await owners.prove('web1', password)).toBe(uuids['web1']);
    for (const [user, given] of [
      [uuids['web1'], password],
      ['101', password],
      ['nobody', password],
      ['web1', 'wrong'],
      ['web1', ''],
    ] as const)
      expect(await owners.prove(user ?? '', given)).toBeNull();
    const { status, body } = await logIn('web1', { password: 'wrong' });
    expect([status, (JSON.parse(body) as Problem).code]).toEqual([401, 'login_refused']);
  });

  test('costs the same effort and time whether there is such a VE or not', async () => {
    const { crypt } = daemon.host;
    for (const [user, setting] of [
      ['none-of-that-name', nobodysCrypt],
      ['web1', hash],
    ] as const) {
      const [before, began] = [crypt.asked.length, Date.now()];
      expect((await logIn(user, { password: 'wrong' })).status).toBe(401);
      expect(Date.now() - began).toBeGreaterThan(950);
      expect(crypt.asked.slice(before)).toEqual([setting]);
    }
  });

  test.each([
    ['locked', `root:!${hash}:19000::::::\n`],
    ['without a password', 'root::19000::::::\n'],
    ['expired', `root:${hash}:19000:0:99999:7::1:\n`],
    ['of a costly scheme', 'root:$6$rounds=999999999$salt$aaaa:19000::::::\n'],
    ['garbage', '\0'.repeat(1000)],
  ])('is not let in when its account is %s', async (_what, shadow) => {
    await keep('web1', shadow);
    try {
      expect(await ownersOf(daemon).prove('web1', password)).toBeNull();
    } finally {
      await keep('web1', `root:${hash}:19000:0:99999:7:::\n`);
    }
  });

  test('is not let in unless a policy says so, and is out at once when it does no more', async () => {
    const { ask } = await logIn('web1');
    await asRoot('PATCH', '/v1/policies/group:web', { ownerLogin: false });
    expect(await ask('GET', '/v1/whoami')).toMatchObject({ status: 401 });
    expect((await logIn('web1')).status).toBe(401);
    await asRoot('DELETE', '/v1/policies/group:web');
    await asRoot('DELETE', '/v1/policies/everything');
    expect((await logIn('web1')).status).toBe(401);
  });
});

describe('a policy', () => {
  test('withholds privileges and single calls from owners, and from nobody else', async () => {
    const { ask } = await logIn('web1');
    await asRoot('PATCH', '/v1/policies/ve:web1', { withheld: ['ve.console', 've.kill'] });
    try {
      expect(await ask('GET', '/v1/ves/web1/console')).toMatchObject({ status: 403, code: 'withheld' });
      expect(await ask('POST', '/v1/ves/web1/kill?dryRun=true')).toMatchObject({ code: 'withheld' });
      expect(await ask('POST', '/v1/ves/web1/start?dryRun=true')).toMatchObject({ status: 200 });
      expect((await ask('GET', '/v1/ves/web1/permissions')).body as VePermissions).toMatchObject({
        privileges: expect.arrayContaining(['ve.console', 've.power']),
        withheld: ['ve.console', 've.kill'],
      });
      expect(await daemon.call('POST', '/v1/ves/web1/kill?dryRun=true')).not.toMatchObject({ status: 403 });
    } finally {
      await asRoot('DELETE', '/v1/policies/ve:web1');
    }
    expect(await ask('POST', '/v1/ves/web1/kill?dryRun=true')).not.toMatchObject({ code: 'withheld' });
  });

  test('bounds how many snapshots owners have, also when they ask for several at once', async () => {
    const { ask } = await logIn('web1');
    await asRoot('PATCH', '/v1/policies/everything', { snapshots: 2 });
    const asked = await Promise.all(
      ['one', 'two', 'three', 'four'].map(
        async (name) => await ask('POST', '/v1/ves/web1/snapshots?ifBusy=wait', { name }),
      ),
    );
    expect(asked.filter(({ status }) => status === 202)).toHaveLength(2);
    expect(asked.filter(({ code }) => code === 'too_many_snapshots')).toHaveLength(2);
    for (const { status, body } of asked)
      if (status === 202) await daemon.node.engine.finished((body as Operation).id);
    expect(await ask('POST', '/v1/ves/web1/snapshots', { name: 'five' })).toMatchObject({
      code: 'too_many_snapshots',
    });
    expect(await daemon.call('POST', '/v1/ves/web1/snapshots?dryRun=true', { body: {} })).toMatchObject({
      status: 200,
    });
  });

  test('names only what owners may do, and VEs that there are', async () => {
    for (const [path, body, code] of [
      ['everything', { withheld: ['ve.destroy'] }, 'invalid_input'],
      ['everything', { withheld: ['ve.read'] }, 'invalid_input'],
      ['everything', {}, 'invalid_input'],
      ['node:node1', { snapshots: 1 }, 'invalid_input'],
      ['ve:nothing', { snapshots: 1 }, 've_not_found'],
    ] as const)
      expect((await daemon.call('PATCH', `/v1/policies/${path}`, { body })).body).toMatchObject({ code });
    expect((await daemon.call('DELETE', '/v1/policies/group:none')).body).toMatchObject({
      code: 'entry_not_found',
    });
  });
});
