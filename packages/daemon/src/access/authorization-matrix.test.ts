import { builtInRoles } from '@insula/access';
import { needsOf, type OperationDefinition, operationRows, type Problem } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

/*
 * Every call of the operation table × every role × where the role is held × one's own or a foreign VE, over the door of the network: what
 * is let through and what is refused follows from the table alone. A call that is let through is a dry run where there is one, or misses
 * what it is about.
 */

const places = ['everywhere', 'on the group', 'on own', 'nowhere'] as const;
type Place = (typeof places)[number];

let daemon: FakeDaemon;
let network: FastifyInstance;
const uuids: Record<string, string> = {};
const operations: Record<string, string> = {};
const tokens = new Map<string, string>();

beforeAll(async () => {
  daemon = await FakeDaemon.start();
  network = await daemon.network();
  for (const [name, groups] of [
    ['own', ['mine']],
    ['foreign', []],
  ] as const) {
    const { target, id } = await daemon.perform('POST', '/v1/ves', { name, template: 'debian-12', groups });
    uuids[name] = target.id;
    operations[name] = id;
  }
  for (const { name: role } of builtInRoles) {
    for (const place of places) {
      const user = userOf(role, place);
      await daemon.call('POST', '/v1/users', { body: { name: user } });
      const scope = {
        everywhere: 'everything',
        'on the group': 'group:mine',
        'on own': 've:own',
        nowhere: '',
      }[place];
      const body = { subject: `user:${user}`, role, scope };
      if (scope !== '')
        expect(await daemon.call('POST', '/v1/grants', { body })).toMatchObject({ status: 200 });
      const secret = `secret-of-${user}`;
      const expiresAt = new Date(Date.now() + 600_000).toISOString();
      const token = {
        id: user,
        user,
        name: 'test',
        role: null,
        scope: null,
        createdAt: expiresAt,
        expiresAt,
      };
      daemon.node.access.credentials.addToken(token, secret);
      tokens.set(user, secret);
    }
  }
}, 60_000);

afterAll(async () => {
  await network.close();
  await daemon.remove();
});

const userOf = (role: string, place: Place): string => `${role.slice(0, 20)}.${place.split(' ').at(-1)}`;

/** A request for the row about a VE that is let through by its schemas where that is possible without doing anything. */
function requestOf(row: OperationDefinition, ve: 'own' | 'foreign', user: string) {
  const url = row.path
    .replace('{ve}', ve)
    .replace('{operation}', operations[ve] ?? '')
    .replaceAll(/\{\w+\}/g, 'nobody');
  const query = row.planned === true ? '?dryRun=true' : row.id === 've.wait' ? '?timeout=0' : '';
  return {
    method: row.method,
    url: `${url}${query}`,
    headers: { authorization: `Bearer ${tokens.get(user)}` },
    // 0 minutes: nothing is muted by it
    ...(row.scope === 'named' ? { payload: { ve, minutes: 0 } } : {}),
  };
}

/** Whether the role lets this caller make this call about this VE, said in other words than the daemon's. */
function isAllowed(row: OperationDefinition, role: string, place: Place, ve: 'own' | 'foreign'): boolean {
  const held: readonly string[] = builtInRoles.find(({ name }) => name === role)?.privileges ?? [];
  const onVe = place === 'everywhere' || (ve === 'own' && place !== 'nowhere');
  return needsOf(row).every(({ privilege, on }) => {
    if (on === 'own' || on === 'open') return true;
    if (!held.includes(privilege)) return false;
    if (on === 'somewhere') return place !== 'nowhere';
    return on === 'node' ? place === 'everywhere' : onVe;
  });
}

/** Calls that are made in tests of their own: they would hold the connection, or do something at once. */
const elsewhere: readonly OperationDefinition['kind'][] = ['events', 'socket', 'download'];
/** Calls of which the whole that they would make is judged, too; see below. */
const judgedWhole = new Set(['ve.create', 've.clone', 've.set']);
const refusals = ['forbidden', 've_not_found', 'operation_not_found'];

describe.each(builtInRoles.map(({ name }) => name))('a %s', (role) => {
  test.each(places)(
    'whose role is held %s may make exactly the calls that its privileges name',
    async (place) => {
      for (const row of operationRows) {
        if (elsewhere.includes(row.kind) || row.scope === 'open') continue;
        for (const ve of ['own', 'foreign'] as const) {
          const answer = await network.inject(requestOf(row, ve, userOf(role, place)));
          const what = `${row.id} on ${ve}: ${answer.statusCode} ${answer.body.slice(0, 200)}`;
          const code = answer.statusCode < 400 ? null : (answer.json() as Problem).code;
          // what the schemas refuse was not judged: nothing of it was done either
          if (code === 'invalid_input' || code === 'malformed_request' || code === 'unsupported_media_type')
            continue;
          const isRefused = code !== null && refusals.includes(code);
          if (needsOf(row).every(({ on }) => on === 'own')) expect(code, what).not.toBe('unauthenticated');
          else if (!isAllowed(row, role, place, ve)) expect(isRefused, what).toBe(true);
          else if (!judgedWhole.has(row.id)) expect(isRefused, what).toBe(false);
          // a refusal must not tell that there is a VE
          if (code !== 'forbidden' || ve === 'own' || place === 'everywhere') continue;
          const request = requestOf(row, ve, userOf(role, place));
          const other = await network.inject({ ...request, url: request.url.replace('foreign', 'nothing') });
          expect(other.json(), what).toEqual(answer.json());
        }
      }
    },
  );
});

describe('a list', () => {
  const listed = async (role: string, place: Place, url: string) => {
    const headers = { authorization: `Bearer ${tokens.get(userOf(role, place))}` };
    const answer = await network.inject({ url, headers });
    return answer.json() as unknown[];
  };

  test('has the VEs that the caller may see, and no others', async () => {
    const names = async (role: string, place: Place) =>
      ((await listed(role, place, '/v1/ves')) as { readonly name: string }[]).map(({ name }) => name);
    expect(await names('ve-owner', 'on own')).toEqual(['own']);
    expect(await names('monitor', 'on the group')).toEqual(['own']);
    expect(await names('monitor', 'everywhere')).toEqual(['own', 'foreign']);
  });

  test('of operations has those about such VEs, also when others fill the limit', async () => {
    const kinds = (await listed('ve-owner', 'on own', '/v1/operations?limit=1')) as {
      readonly target: { readonly name: string };
    }[];
    expect(kinds.map(({ target }) => target.name)).toEqual(['own']);
  });

  test('of what a foreign VE did is that of a VE that there is not', async () => {
    const headers = { authorization: `Bearer ${tokens.get(userOf('ve-owner', 'on own'))}` };
    const ask = async (ve: string) => {
      const answer = await network.inject({ url: `/v1/operations?ve=${ve}`, headers });
      return { ...(answer.json() as Problem), detail: '', details: {} };
    };
    expect(await ask('foreign')).toEqual(await ask('nothing'));
  });
});

describe('the whole that a change would make', () => {
  const as = async (role: string, place: Place, method: 'POST' | 'PATCH', url: string, payload: object) => {
    const headers = { authorization: `Bearer ${tokens.get(userOf(role, place))}` };
    const answer = await network.inject({ method, url: `${url}?dryRun=true`, headers, payload });
    return answer.statusCode < 400 ? 'allowed' : (answer.json() as Problem).code;
  };

  test('must be in groups of the caller when a VE is created', async () => {
    const create = (place: Place, groups: readonly string[]) =>
      as('ve-administrator', place, 'POST', '/v1/ves', { template: 'debian-12', groups });
    expect(await create('everywhere', [])).toBe('allowed');
    expect(await create('on the group', ['mine'])).toBe('allowed');
    expect(await create('on the group', [])).toBe('forbidden');
    expect(await create('on the group', ['mine', 'theirs'])).toBe('forbidden');
    expect(await create('on own', ['mine'])).toBe('forbidden');
  });

  test('must not have wider walls than the caller may open', async () => {
    const create = (role: string, more: object) =>
      as(role, 'everywhere', 'POST', '/v1/ves', { template: 'debian-12', ...more });
    for (const more of [
      { features: ['nesting'] },
      { capabilities: { add: ['CAP_SYSLOG'] } },
      { forwards: ['tcp:8080:80'] },
      { apiAccess: true },
    ]) {
      expect(await create('ve-administrator', more)).toBe('forbidden');
      expect(await create('node-operator', more)).toBe('allowed');
      expect(await as('ve-administrator', 'on own', 'PATCH', '/v1/ves/own', more)).toBe('forbidden');
      expect(await as('node-operator', 'on own', 'PATCH', '/v1/ves/own', more)).toBe('allowed');
    }
  });

  test('must not go into groups of others, nor leave those that the caller does not hold', async () => {
    const set = (place: Place, groups: readonly string[]) =>
      as('ve-administrator', place, 'PATCH', '/v1/ves/own', { groups });
    expect(await set('on own', ['mine', 'theirs'])).toBe('forbidden');
    expect(await set('on own', [])).toBe('forbidden');
    expect(await set('on own', ['mine'])).toBe('allowed');
    expect(await set('on the group', [])).toBe('allowed');
    expect(await set('everywhere', ['theirs'])).toBe('allowed');
  });
});
