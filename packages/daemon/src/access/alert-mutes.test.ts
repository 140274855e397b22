import type { AlertMute, AuditRecord, OperationDefinition, Problem } from '@insula/contract';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

/* Who may mute which alerts, and for how long it stays so. */

let daemon: FakeDaemon;
let network: FastifyInstance;

beforeAll(async () => {
  daemon = await FakeDaemon.start();
  network = await daemon.network();
  for (const name of ['web1', 'db1'])
    await daemon.perform('POST', '/v1/ves', { name, template: 'debian-12' });
  const expiresAt = new Date(Date.now() + 600_000).toISOString();
  for (const [user, role, scope] of [
    ['olga', 've-owner', 've:web1'],
    ['mona', 'monitor', 'everything'],
    ['otto', 'node-operator', 'everything'],
  ] as const) {
    await asRoot('POST', '/v1/users', { name: user });
    await asRoot('POST', '/v1/grants', { subject: `user:${user}`, role, scope });
    const token = { id: user, user, name: 't', role: null, scope: null, createdAt: expiresAt, expiresAt };
    daemon.node.access.credentials.addToken(token, `secret-of-${user}`);
  }
});
afterAll(async () => {
  await network.close();
  await daemon.remove();
});
beforeEach(async () => {
  for (const { rule, ve } of await mutes())
    await asRoot('POST', '/v1/alerts/mutes', {
      minutes: 0,
      ...(rule === null ? {} : { rule }),
      ...(ve === null ? {} : { ve }),
    });
});

async function asRoot(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await daemon.call(method, path, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}

const mutes = async () => (await asRoot('GET', '/v1/alerts/mutes')) as readonly AlertMute[];

async function ask(user: string, method: OperationDefinition['method'], url: string, payload?: object) {
  const headers = { authorization: `Bearer secret-of-${user}` };
  const answer = await network.inject({ method, url, headers, ...(payload && { payload }) });
  return answer.statusCode < 400 ? (answer.json() as unknown) : (answer.json() as Problem).code;
}
const mute = async (user: string, body: object) =>
  await ask(user, 'POST', '/v1/alerts/mutes', { minutes: 60, ...body });

test('the owner of a VE mutes its alerts, and no others', async () => {
  expect(await mute('olga', { ve: 'web1', rule: 1 })).toMatchObject([{ rule: 1, ve: 'web1' }]);
  expect(await mute('olga', { ve: 'db1' })).toBe('ve_not_found');
  expect(await mute('olga', {})).toBe('forbidden');
  expect(await mute('olga', { rule: 1 })).toBe('forbidden');
  expect(await mutes()).toMatchObject([{ rule: 1, ve: 'web1' }]);
});

test('a policy withholds that from owners, and from nobody else', async () => {
  await asRoot('PATCH', '/v1/policies/ve:web1', { withheld: ['alert.mute'] });
  expect(await mute('olga', { ve: 'web1' })).toBe('withheld');
  expect(await mute('otto', { ve: 'web1' })).toMatchObject([{ rule: null, ve: 'web1' }]);
  await asRoot('DELETE', '/v1/policies/ve:web1');
});

test('a monitor mutes nothing', async () => {
  for (const body of [{}, { ve: 'web1' }]) expect(await mute('mona', body)).toBe('forbidden');
});

test('everybody sees what is muted of what he sees', async () => {
  await mute('otto', { rule: 2 });
  await mute('otto', { ve: 'db1' });
  expect(await mute('olga', { ve: 'web1' })).toMatchObject([{ ve: 'web1' }]);
  const seen = async (user: string) =>
    ((await ask(user, 'GET', '/v1/alerts/mutes')) as readonly AlertMute[]).map(({ ve }) => ve);
  expect(await seen('olga')).toEqual(['web1']);
  expect(await seen('mona')).toEqual([null, 'db1', 'web1']);
});

test('it lasts until its time is over, also in the next daemon', async () => {
  await mute('otto', { ve: 'web1', minutes: 90 });
  await daemon.stop();
  await daemon.boot();
  const [one] = await mutes();
  const minutes = (Date.parse(one?.until ?? '') - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(80);
  expect(minutes).toBeLessThanOrEqual(90);
  await asRoot('POST', '/v1/alerts/mutes', { ve: 'web1', minutes: 0 });
  expect(await mutes()).toEqual([]);
});

test('the audit log says of which VE nobody is told, and who wants that', async () => {
  await asRoot('POST', '/v1/alerts/mutes', { ve: 'db1', minutes: 5 });
  const [entry] = (await asRoot('GET', '/v1/audit?limit=1')) as readonly AuditRecord[];
  expect(entry).toMatchObject({ call: 'alert.mute', target: 'db1', result: 'ok' });
});
