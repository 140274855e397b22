import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Operation, Problem } from '@insula/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

let daemon: FakeDaemon;
beforeAll(async () => {
  daemon = await FakeDaemon.start();
  await daemon.perform('POST', '/v1/ves', { name: 'web1', template: 'debian-12' });
});
afterAll(async () => await daemon.remove());

async function ask(method: string, path: string, headers: Record<string, string>, body?: object) {
  return await new Promise<{ status: number; version: string; answer: unknown }>((resolve, reject) => {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    request({ socketPath: daemon.socket, agent: false, method, path, headers: { ...content, ...headers } })
      .once('error', reject)
      .once('response', (response) => {
        const { statusCode: status = 0, headers: answered } = response;
        const version = String(answered.etag ?? '');
        if (status === 304) return resolve({ status, version, answer: null });
        json(response).then((answer) => resolve({ status, version, answer }), reject);
      })
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('a version', () => {
  test('is that of the answer, which need not be sent again', async () => {
    const first = await ask('GET', '/v1/ves/web1', {});
    expect(first.version).toMatch(/^"[A-Za-z0-9_-]{22}"$/);
    expect(
      await ask('GET', '/v1/ves/web1', { 'if-none-match': `"other", W/${first.version}` }),
    ).toMatchObject({
      status: 304,
      version: first.version,
    });
    expect(await ask('GET', '/v1/ves/web1', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
  });

  test('keeps one change from undoing another that it does not know of', async () => {
    const { version } = await ask('GET', '/v1/ves/web1', {});
    const set = (description: string, ifMatch: string) =>
      ask('PATCH', '/v1/ves/web1', { 'if-match': ifMatch }, { description });
    const changed = await set('one', version);
    expect(changed.status).toBe(202);
    await daemon.node.engine.finished((changed.answer as Operation).id);
    expect(await set('two', version)).toMatchObject({ status: 412, answer: { code: 'precondition_failed' } });
    expect(await set('two', '*')).toMatchObject({ status: 202 });
  });

  test('counts for small changes, too, and for nothing that has none', async () => {
    const { version } = await ask('GET', '/v1/firewall', {});
    const policy = (headers: Record<string, string>) => ask('PATCH', '/v1/firewall', headers, { in: 'drop' });
    expect(await policy({ 'if-match': '"other"' })).toMatchObject({ status: 412 });
    expect(await policy({ 'if-match': version })).toMatchObject({ status: 200 });
    expect(await ask('POST', '/v1/ves/web1/start', { 'if-match': version })).toMatchObject({ status: 412 });
  });
});

describe('an idempotency key', () => {
  const create = async (key: string, name: string) =>
    await ask('POST', '/v1/ves', { 'idempotency-key': key }, { name, template: 'debian-12' });
  const idOf = ({ answer }: { answer: unknown }) => (answer as Operation).id;

  test('makes one VE of a request that is sent again, also at the same time', async () => {
    const answers = await Promise.all([create('k1', 'once'), create('k1', 'once'), create('k1', 'once')]);
    for (const { status } of answers) expect(status).toBe(202);
    expect(new Set(answers.map(idOf)).size).toBe(1);
    await daemon.node.engine.finished(idOf(answers[0]));
    expect(idOf(await create('k1', 'once'))).toBe(idOf(answers[0]));
    expect(daemon.node.registry.list().filter(({ spec }) => spec.name === 'once')).toHaveLength(1);
  });

  test('is that of one request', async () => {
    await create('k2', 'first');
    expect(await create('k2', 'second')).toMatchObject({ status: 409, answer: { code: 'key_reused' } });
  });

  test('of a request that failed can be used again', async () => {
    expect((await create('k3', 'web1')).answer as Problem).toMatchObject({ code: 'name_taken' });
    expect(await create('k3', 'third')).toMatchObject({ status: 202 });
  });

  test('must be one', async () => {
    expect(await create('x'.repeat(200), 'never')).toMatchObject({ status: 400 });
  });
});
