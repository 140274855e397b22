import { CodedError, type Operation, operationRows, type Problem, type VeSummary } from '@insula/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeDaemon } from '../fake-daemon.ts';

let daemon: FakeDaemon;
beforeAll(async () => {
  daemon = await FakeDaemon.start();
});
afterAll(async () => await daemon.remove());

const problemOf = async (...call: Parameters<FakeDaemon['call']>) => {
  const { status, headers, body } = await daemon.call(...call);
  expect(headers['content-type']).toContain('application/problem+json');
  const problem = body as Problem;
  expect(problem.status).toBe(status);
  return problem;
};

describe('every call', () => {
  test('of the table is answered', async () => {
    for (const { path, method, id } of operationRows) {
      const { status, body } = await daemon.call(method, `${path.replaceAll(/\{\w+\}/g, 'nobody')}?x=y`);
      expect([400, 415], id).toContain(status);
      expect((body as Problem).code, id).not.toBe('no_such_route');
    }
  });

  test('that is not in the table is unknown', async () => {
    expect(await problemOf('GET', '/v1/nothing?x=1')).toMatchObject({
      code: 'no_such_route',
      detail: 'no such call: GET /v1/nothing',
    });
    expect(await problemOf('POST', '/v1/node')).toMatchObject({ code: 'no_such_route' });
  });

  test('of others than root is refused', async () => {
    daemon.host.peer = { pid: 1, uid: 1000, gid: 1000 };
    try {
      expect(await problemOf('GET', '/v1/ves')).toMatchObject({ code: 'forbidden', status: 403 });
      expect(await problemOf('GET', '/v1/nothing')).toMatchObject({ code: 'forbidden' });
    } finally {
      daemon.host.peer = { pid: 1, uid: 0, gid: 0 };
    }
  });
});

describe('a request that cannot be read', () => {
  test.each([
    ['bad JSON', { body: '{ "template": ' }, 400, 'malformed_request'],
    ['an empty body', { body: '' }, 400, 'malformed_request'],
    ['no body', {}, 400, 'invalid_input'],
    ['no object', { body: [] }, 400, 'invalid_input'],
    ['null', { body: 'null' }, 400, 'invalid_input'],
    ['another content type', { body: 'a: b', type: 'text/yaml' }, 415, 'unsupported_media_type'],
    ['too large a body', { body: { description: 'x'.repeat(1_100_000) } }, 413, 'body_too_large'],
  ] as const)('because of %s is told so', async (_what, options, status, code) => {
    expect(await problemOf('POST', '/v1/ves', options)).toMatchObject({ status, code });
  });

  test('names the content type that it does not take', async () => {
    const problem = await problemOf('POST', '/v1/ves', { body: 'x', type: 'text/yaml' });
    expect(problem.detail).toBe('content type text/yaml is not accepted here');
  });

  test('because of its path is told so', async () => {
    expect(await problemOf('GET', '/v1/ves/%zz')).toMatchObject({ status: 400 });
    expect(await problemOf('GET', '/v1/ves/a%2Fb')).toMatchObject({
      code: 'invalid_input',
      details: { field: 've' },
    });
    expect(await problemOf('GET', `/v1/ves/${'x'.repeat(64)}`)).toMatchObject({ code: 'invalid_input' });
  });
});

describe('the life of a VE over HTTP', () => {
  test('a change answers 202 with its operation and where to find it', async () => {
    const { status, headers, body } = await daemon.call('POST', '/v1/ves', {
      body: { name: 'web1', template: 'debian-12', start: true },
    });
    const operation = body as Operation;
    expect(status).toBe(202);
    expect(headers['location']).toBe(`/v1/operations/${operation.id}`);
    expect(operation).toMatchObject({ kind: 've.create', state: 'running', target: { name: 'web1' } });
    await daemon.node.engine.finished(operation.id);
    expect((await daemon.call('GET', headers['location'] ?? '')).body).toMatchObject({
      state: 'succeeded',
      cancellable: false,
      result: { name: 'web1', ctid: 101, addresses: ['10.101.0.2'], state: 'running' },
    });
  });

  test('its steps tell no arguments', async () => {
    const { body } = await daemon.call('GET', '/v1/operations');
    for (const { steps } of body as readonly Operation[])
      for (const step of steps) expect(step).not.toHaveProperty('args');
  });

  test('a read answers from what is there now, by any of its names', async () => {
    const { body } = await daemon.call('GET', '/v1/ves');
    const [ve] = body as readonly VeSummary[];
    expect(ve).toMatchObject({ name: 'web1', state: 'running', transition: null });
    for (const name of ['web1', '101', ve?.uuid])
      expect((await daemon.call('GET', `/v1/ves/${name}/status`)).body).toMatchObject({ ctid: 101 });
  });

  test('a dry run answers 200 with the plan and does nothing', async () => {
    const before = (await daemon.call('GET', '/v1/operations')).body;
    const { status, body } = await daemon.call('POST', '/v1/ves/web1/stop?dryRun=true');
    expect(status).toBe(200);
    expect(body).toMatchObject({ kind: 've.stop', target: { name: 'web1' } });
    expect((body as { steps: readonly object[] }).steps[0]).toEqual({
      action: 'signal-init',
      title: 'ask init to shut down',
      undo: false,
    });
    const planned = await daemon.call('POST', '/v1/ves?dryRun=true', { body: { template: 'debian-12' } });
    expect(planned.status).toBe(200);
    expect((await daemon.call('GET', '/v1/operations')).body).toEqual(before);
    expect(((await daemon.call('GET', '/v1/ves')).body as readonly VeSummary[]).length).toBe(1);
  });

  test.each([
    ['POST', '/v1/ves', { name: 'web1', template: 'debian-12' }, 409, 'name_taken'],
    ['POST', '/v1/ves', { ctid: 101, template: 'debian-12' }, 409, 'ctid_taken'],
    ['POST', '/v1/ves', { addresses: ['10.101.0.2'], template: 'debian-12' }, 409, 'address_taken'],
    ['POST', '/v1/ves', { addresses: ['192.0.2.1'], template: 'debian-12' }, 400, 'invalid_input'],
    ['POST', '/v1/ves', { template: 'nonsense' }, 404, 'template_not_found'],
    ['POST', '/v1/ves/web1/start', undefined, 409, 'wrong_state'],
    ['POST', '/v1/ves/nobody/start', undefined, 404, 've_not_found'],
    ['POST', '/v1/ves/web1/rename', { name: 'a/b' }, 400, 'invalid_input'],
    ['PATCH', '/v1/ves/web1', { parameters: { ram: 5 } }, 400, 'invalid_parameter'],
    ['PATCH', '/v1/ves/web1', {}, 400, 'invalid_input'],
    ['DELETE', '/v1/ves/web1', undefined, 409, 'wrong_state'],
    ['GET', '/v1/operations/00000000', undefined, 404, 'operation_not_found'],
    ['POST', '/v1/operations/00000000/cancel', undefined, 404, 'operation_not_found'],
    ['GET', '/v1/operations?ve=nobody', undefined, 404, 've_not_found'],
    ['GET', '/v1/events?operation=nobody', undefined, 404, 'operation_not_found'],
    ['GET', '/v1/ves/web1/exec', undefined, 400, 'malformed_request'],
  ])('%s %s with %j is refused', async (method, path, body, status, code) => {
    expect(await problemOf(method, path, { body })).toMatchObject({ status, code });
    expect(((await daemon.call('GET', '/v1/ves')).body as readonly VeSummary[]).length).toBe(1);
  });

  test('a half of dns can be set alone', async () => {
    const { state, result } = await daemon.perform('PATCH', '/v1/ves/web1', {
      dns: { servers: ['9.9.9.9'] },
    });
    expect({ state, result }).toMatchObject({
      state: 'succeeded',
      result: { dns: { servers: ['9.9.9.9'], search: [] } },
    });
  });

  test('what a VE was created with and could not be is told, and leaves no trace', async () => {
    daemon.host.files.space = { ...daemon.host.files.space, availableBytes: 1000 };
    const problem = await problemOf('POST', '/v1/ves', { body: { template: 'debian-12' } });
    daemon.host.files.space = { ...daemon.host.files.space, availableBytes: 2 ** 39 };
    expect(problem.detail).toBe('not enough space in /pool: 1000 bytes free, 67108864 needed');
  });

  test('many creations at once get different names, numbers, addresses and ids', async () => {
    const created = await Promise.all(
      Array.from(
        { length: 20 },
        async () => await daemon.perform('POST', '/v1/ves', { template: 'debian-12' }),
      ),
    );
    expect(created.map(({ state }) => state)).toEqual(created.map(() => 'succeeded'));
    const results = created.map(
      ({ result }) => result as { ctid: number; idBase: number; addresses: string[] },
    );
    for (const values of [
      results.map(({ ctid }) => ctid),
      results.map(({ idBase }) => idBase),
      results.flatMap(({ addresses }) => addresses),
    ])
      expect(new Set<unknown>(values).size).toBe(20);
  });

  test('of two creations of one name at once, one is made', async () => {
    const body = { name: 'twin', template: 'debian-12' };
    const answers = await Promise.all([1, 2].map(async () => await daemon.call('POST', '/v1/ves', { body })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
  });

  test('an operation can be named by a beginning of its id that no other has', async () => {
    const { body } = await daemon.call('GET', '/v1/operations?limit=1');
    const [{ id } = { id: '' }] = body as readonly Operation[];
    expect((await daemon.call('GET', `/v1/operations/${id.slice(0, -1)}`)).body).toMatchObject({ id });
    expect(await problemOf('GET', '/v1/operations/0')).toMatchObject({ code: 'operation_not_found' });
  });

  test('a wait answers when the time is up, and when the state is there', async () => {
    expect(await problemOf('GET', '/v1/ves/web1/wait?for=stopped&timeout=0')).toMatchObject({
      code: 'timeout',
    });
    const waiting = daemon.call('GET', '/v1/ves/web1/wait?for=stopped&timeout=60');
    await daemon.perform('POST', '/v1/ves/web1/stop');
    expect((await waiting).body).toMatchObject({ state: 'stopped' });
  });

  test('what is waited for may be destroyed', async () => {
    const waiting = daemon.call('GET', '/v1/ves/twin/wait?for=running&timeout=60');
    await daemon.perform('DELETE', '/v1/ves/twin');
    expect((await waiting).body).toMatchObject({ code: 've_not_found' });
  });
});

test('problems are errors of the catalogue for whoever reads them', async () => {
  const problem = await problemOf('GET', '/v1/ves/nobody');
  expect(CodedError.fromProblem(problem)).toMatchObject({ code: 've_not_found', message: 'no VE nobody' });
});

test('the API describes itself', async () => {
  const { body } = await daemon.call('GET', '/v1/openapi.json');
  expect(body).toMatchObject({ openapi: '3.1.0', info: { title: 'Insula' } });
});

test('the node tells of itself', async () => {
  expect((await daemon.call('GET', '/v1/node')).body).toMatchObject({
    name: 'node1',
    cgroups: 'v2',
    pool: { path: '/pool' },
    unreadable: [],
  });
  const findings = (await daemon.call('GET', '/v1/node/findings')).body as readonly { state: string }[];
  expect(findings.filter(({ state }) => state !== 'ok')).toEqual([]);
});
