import { writeFile } from 'node:fs/promises';
import type { Operation, Problem, VeSummary } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

beforeAll(async () => {
  await node.create({ name: 'web1', template: 'busybox', start: true });
  await node.wait('web1');
});

const ves = async () => (await node.api.get<readonly VeSummary[]>('/v1/ves')).map(({ name }) => name);
const unchanged = async () => expect(await ves()).toEqual(['web1']);
const create = async (body: object) => await node.api.refused('POST', '/v1/ves', body);

describe('names', () => {
  const bad = [
    'a/b',
    '..',
    '../web1',
    'a..b',
    '.hidden',
    '-x',
    'a\nb',
    'a b',
    'a\0b',
    'ä',
    '😀',
    'x'.repeat(300),
    '',
    '12345',
    'a-',
    '%2e%2e',
  ];

  test.each(bad.map((name) => [JSON.stringify(name).slice(0, 20), name]))(
    'a VE cannot be called %s, neither at its creation nor later',
    async (_shown, name) => {
      expect(await create({ name, template: 'busybox' })).toMatchObject({
        code: 'invalid_input',
        status: 400,
        details: { field: 'name' },
      });
      const renamed = await node.api.refused('POST', '/v1/ves/web1/rename', { name });
      expect(renamed).toMatchObject({ code: 'invalid_input', details: { field: 'name' } });
      if (!name.includes('\0') && !name.startsWith('-')) {
        const { code, stderr } = await node.insula(['create', name, '--template', 'busybox']);
        expect(code).toBe(2);
        expect(stderr.split('\n')[0]).toMatch(/name/i);
      }
      await unchanged();
    },
  );

  test('a name is one VE’s alone, and stays so when it is asked for twice at once', async () => {
    expect(await create({ name: 'web1', template: 'busybox' })).toMatchObject({
      code: 'name_taken',
      status: 409,
      details: { name: 'web1' },
    });
    expect(await create({ ctid: 101, template: 'busybox' })).toMatchObject({ code: 'ctid_taken' });
    const wanted = { name: 'race', template: 'busybox' };
    const answers = await Promise.all(
      Array.from(
        { length: 6 },
        async () => await node.api.call<Operation | Problem>('POST', '/v1/ves', wanted),
      ),
    );
    const won = answers.filter(({ status }) => status === 202).map(({ body }) => body as Operation);
    expect(won).toHaveLength(1);
    for (const { status, body } of answers)
      if (status !== 202) expect(body).toMatchObject({ code: 'name_taken' });
    expect(await node.api.ended(won[0]?.id ?? '')).toMatchObject({ state: 'succeeded' });
    const { code, stderr } = await node.insula(['rename', 'race', 'web1']);
    expect(code).toBe(4);
    expect(stderr).toContain('web1');
    await node.destroy('race');
    await unchanged();
  });
});

describe('what does not exist', () => {
  test('is told by its name, with its own code, and the command ends with 3', async () => {
    const cases = [
      { args: ['show', 'nosuch'], code: 've_not_found', call: ['GET', '/v1/ves/nosuch'] },
      { args: ['start', '999'], code: 've_not_found', call: ['POST', '/v1/ves/999/start'] },
      { args: ['destroy', 'nosuch', '--yes'], code: 've_not_found', call: ['DELETE', '/v1/ves/nosuch'] },
      {
        args: ['template', 'build', 'nosuch'],
        code: 'template_not_found',
        call: ['POST', '/v1/templates/nosuch/build'],
      },
      {
        args: ['operation', 'show', '0192-nosuch'],
        code: 'operation_not_found',
        call: ['GET', '/v1/operations/0192-nosuch'],
      },
    ] as const;
    for (const { args, code, call } of cases) {
      const told = await node.insula(args);
      expect({ args, code: told.code }).toEqual({ args, code: 3 });
      expect(told.stderr).toMatch(/nosuch|999/);
      expect(told.stderr).toContain('insula');
      expect(await node.api.refused(call[0], call[1])).toMatchObject({ code, status: 404 });
    }
    expect(await create({ name: 'x', template: 'nosuch' })).toMatchObject({ code: 'template_not_found' });
    expect(await create({ name: 'x', template: 'busybox@1' })).toMatchObject({ status: 404 });
    expect(await node.api.refused('GET', '/v1/nothing')).toMatchObject({ code: 'no_such_route' });
    await unchanged();
  });

  test('a template that is defined but not built is refused with what to do', async () => {
    const fields = ['title: Nobody built this', 'distribution: busybox', 'release: host', 'init: busybox'];
    const source = ['source:', '  kind: busybox', 'minimumFreeBytes: 20000000', ''];
    await writeFile(
      `${node.paths.templates}/unbuilt.yaml`,
      ['name: unbuilt', ...fields, ...source].join('\n'),
    );
    expect(await create({ name: 'x', template: 'unbuilt' })).toMatchObject({ code: 'template_not_built' });
    const told = await node.insula(['create', 'x', '--template', 'unbuilt']);
    expect(told.code).toBe(4);
    expect(told.stderr).toContain('insula template build unbuilt');
    await unchanged();
  });

  test('a template whose definition cannot be used is refused with what is wrong in it', async () => {
    await writeFile(`${node.paths.templates}/broken.yaml`, 'name: broken\nsurprise: 1\n');
    const problem = await create({ name: 'x', template: 'broken' });
    expect(problem).toMatchObject({ status: 400 });
    expect(problem.detail).toContain('broken.yaml');
    await unchanged();
  });
});

describe('fields', () => {
  test.each([
    ['unknown', { surprise: 1 }, 'unknown_field', 'surprise'],
    ['unknown inside another', { dns: { serverz: [] } }, 'unknown_field', 'dns.serverz'],
    ['unknown among the parameters', { parameters: { rum: 1 } }, 'unknown_field', 'parameters.rum'],
    ['text for a number', { bootorder: '7' }, 'invalid_input', 'bootorder'],
    ['a fraction for a whole number', { bootorder: 1.5 }, 'invalid_input', 'bootorder'],
    ['too large', { bootorder: 1e300 }, 'invalid_input', 'bootorder'],
    ['null', { description: null }, 'invalid_input', 'description'],
    ['two lines where one is wanted', { description: 'a\nb' }, 'invalid_input', 'description'],
    ['no host name', { hostname: 'a_b' }, 'invalid_input', 'hostname'],
    ['no address', { dns: { servers: ['1.2.3'] } }, 'invalid_input', 'dns.servers.0'],
    ['not among the choices', { onboot: 'maybe' }, 'invalid_input', 'onboot'],
    ['no feature', { features: ['root'] }, 'invalid_input', 'features.0'],
    [
      'a capability of the host',
      { capabilities: { add: ['CAP_SYS_MODULE'] } },
      'invalid_input',
      'capabilities.add.0',
    ],
    ['too many', { features: ['tun', 'tun'] }, 'invalid_input', 'features'],
    ['a list for a text', { description: ['x'] }, 'invalid_input', 'description'],
    ['below the least', { parameters: { numproc: 1 } }, 'invalid_input', 'parameters.numproc'],
  ])(
    'one that is %s is refused and named, at a creation and at a change',
    async (_what, field, code, name) => {
      for (const [method, path, body] of [
        ['POST', '/v1/ves', { name: 'x', template: 'busybox', ...field }],
        ['PATCH', '/v1/ves/web1', field],
      ] as const) {
        const problem = await node.api.refused(method, path, body);
        const accepted = [code, 'invalid_parameter'];
        expect(accepted).toContain(problem.code);
        expect(problem.status).toBe(400);
        expect(problem.detail).toContain(name.split('.').at(name.endsWith('.0') ? -2 : -1));
      }
      await unchanged();
    },
  );

  test('that are missing, or a body that is none, are told', async () => {
    expect(await create({ name: 'x' })).toMatchObject({
      details: { field: 'template', problem: 'is required' },
    });
    const json = { headers: { 'content-type': 'application/json' } };
    for (const body of ['{', '', '[]', '"x"', '7', 'null', '\xff\xfe'])
      expect(await node.api.call('POST', '/v1/ves', body, json)).toMatchObject({ status: 400 });
    const xml = { headers: { 'content-type': 'text/xml' } };
    expect(await node.api.call('POST', '/v1/ves', '<x/>', xml)).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
    // told from the head alone
    const large = { headers: { ...json.headers, 'content-length': '2000000' } };
    expect(await node.api.call('POST', '/v1/ves', '{', large)).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
    for (const query of ['surprise=1', 'ifBusy=perhaps', 'dryRun=7'])
      expect(await node.api.refused('POST', `/v1/ves/web1/stop?${query}`)).toMatchObject({ status: 400 });
    expect(await node.status('web1')).toMatchObject({ state: 'running' });
  });

  test('on the command line are named as its options', async () => {
    for (const [args, named] of [
      [['create', 'x'], '--template'],
      [['create', 'x', '--template', 'busybox', '--ram', 'much'], 'ram'],
      [['create', 'x', '--template', 'busybox', '--numproc', '3'], 'numproc'],
      [['set', 'web1', '--bootorder', 'x'], '--bootorder'],
      [['set', 'web1', '--onboot', 'maybe'], 'onboot'],
      [['set', 'web1', '--surprise', 'x'], '--surprise'],
      [['set', 'web1'], 'set'],
      [['sturt', 'web1'], 'start'],
    ] as const) {
      const { code, stderr } = await node.insula(args);
      expect({ args, code }).toEqual({ args, code: 2 });
      expect(stderr).toContain(named);
    }
    await unchanged();
  });
});

describe('the state of a VE', () => {
  test('that does not fit is told, with what is needed', async () => {
    const refused = await node.api.refused('POST', '/v1/ves/web1/start');
    expect(refused).toMatchObject({ code: 'wrong_state', details: { ve: 'web1', state: 'running' } });
    const started = await node.insula(['start', 'web1']);
    expect(started.code).toBe(4);
    expect(started.stderr).toContain('running');
    for (const verb of ['resume', 'mount', 'unmount'])
      expect(await node.api.refused('POST', `/v1/ves/web1/${verb}`)).toMatchObject({ code: 'wrong_state' });
    expect(await node.api.refused('DELETE', '/v1/ves/web1')).toMatchObject({ code: 'wrong_state' });
    await node.create({ name: 'off', template: 'busybox' });
    for (const verb of ['stop', 'kill', 'pause', 'resume', 'restart', 'unmount'])
      expect(await node.api.refused('POST', `/v1/ves/off/${verb}`)).toMatchObject({ code: 'wrong_state' });
    await node.destroy('off');
  });

  test('an init that ignores every signal is killed when its time is up', async () => {
    await node.create({ name: 'deaf', template: 'busybox', start: true, stopTimeout: 2 });
    await node.wait('deaf');
    await node.inside(
      'deaf',
      'rm /sbin/init; printf "#!/bin/sh\\nexec sleep 99999\\n" > /sbin/init; chmod +x /sbin/init',
    );
    await node.act('kill', 'deaf');
    await node.act('start', 'deaf');
    const began = performance.now();
    expect(await node.insula(['stop', 'deaf'])).toMatchObject({ code: 0 });
    expect(performance.now() - began).toBeGreaterThan(1900);
    expect(await node.status('deaf')).toMatchObject({ state: 'stopped', lastExit: { kind: 'killed' } });
    await node.destroy('deaf');
  });

  test('a wait that is over ends with its own code', async () => {
    const { code, stderr } = await node.insula(['wait', 'web1', '--for', 'stopped', '--timeout', '1']);
    expect(code).toBe(10);
    expect(stderr).toContain('1 s');
    expect(await node.api.refused('GET', '/v1/ves/web1/wait?for=stopped&timeout=0')).toMatchObject({
      code: 'timeout',
    });
  });
});
