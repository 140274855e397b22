import type { VeDetail, VeSummary } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { eventually, startProgram, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

const json = (text: string) => JSON.parse(text) as unknown;

describe('the life of a VE on the command line', () => {
  test('create makes a stopped VE with defaults that can be read at once', async () => {
    const created = await node.insula(['create', 'web1', '--template', 'busybox']);
    expect(created).toMatchObject({ code: 0, stderr: '' });
    const ve = await node.show('web1');
    expect(ve).toMatchObject({
      ctid: 101,
      name: 'web1',
      state: 'stopped',
      transition: null,
      operation: null,
      hostname: 'web1',
      onboot: 'auto',
      init: null,
      lastExit: null,
      protected: false,
    });
    expect(ve.uuid).toMatch(/^[0-9a-f-]{36}$/);
    expect(ve.addresses).toHaveLength(1);
    expect(ve.idBase % 65_536).toBe(0);
  });

  test('list, show and status answer by name, CTID and UUID', async () => {
    const { uuid } = await node.show('web1');
    for (const reference of ['web1', '101', uuid]) {
      const shown = await node.insula(['show', reference, '--json']);
      expect(json(shown.stdout)).toMatchObject({ name: 'web1', uuid });
      const status = await node.insula(['status', reference, '--no-header', '-o', 'state']);
      expect(status).toMatchObject({ code: 0, stdout: 'stopped\n' });
    }
    const list = await node.insula(['list', '--json']);
    expect(json(list.stdout)).toEqual([expect.objectContaining({ name: 'web1', ctid: 101 })]);
    const table = await node.insula(['list']);
    expect(table.stdout).toMatch(/^ *CTID +NAME +STATE.*\n *101 +web1 +stopped/);
  });

  test('start runs init, wait settles when the boot is complete', async () => {
    expect(await node.insula(['start', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.insula(['wait', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    const status = await node.status('web1');
    expect(status.state).toBe('running');
    expect(status.init).toBeGreaterThan(1);
    expect(await node.insula(['exec', 'web1', '--', 'hostname'])).toMatchObject({
      code: 0,
      stdout: 'web1\n',
    });
  });

  test('pause freezes the processes and resume lets them go on', async () => {
    await node.inside('web1', 'while :; do date +%s%N > /tick; usleep 10000; done > /dev/null 2>&1 &');
    await eventually('the counter runs', async () => (await node.inside('web1', 'cat /tick')) !== '');
    expect(await node.insula(['pause', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.status('web1')).toMatchObject({ state: 'paused' });
    const refused = await node.insula(['exec', 'web1', '--', 'true']);
    expect(refused.code).toBe(125);
    expect(refused.stderr).toContain('web1 is paused');
    expect(await node.insula(['resume', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    const before = await node.inside('web1', 'cat /tick');
    await eventually('the counter goes on', async () => (await node.inside('web1', 'cat /tick')) !== before);
  });

  test('restart brings up another init on the same files', async () => {
    await node.inside('web1', 'echo kept > /root/note');
    const before = await node.status('web1');
    expect(await node.insula(['restart', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    await node.wait('web1');
    const after = await node.status('web1');
    expect(after.init).not.toBe(before.init);
    expect(after.lastExit).toMatchObject({ kind: 'poweroff' });
    expect(await node.inside('web1', 'cat /root/note')).toBe('kept');
  });

  test('rename keeps everything but the name', async () => {
    const before = await node.show('web1');
    expect(await node.insula(['rename', 'web1', 'shop'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.show('shop')).toEqual({ ...before, name: 'shop' });
    expect(await node.api.refused('GET', '/v1/ves/web1')).toMatchObject({ code: 've_not_found' });
    await node.insula(['rename', 'shop', 'web1']);
  });

  test('set changes settings, merges maps, and says so in show', async () => {
    const set = await node.insula([
      'set',
      'web1',
      '--description',
      'the "shop"',
      '--bootorder',
      '7',
      '--numproc',
      '100',
      '--onboot',
      'no',
    ]);
    expect(set).toMatchObject({ code: 0, stderr: '' });
    expect(await node.show('web1')).toMatchObject({
      description: 'the "shop"',
      bootorder: 7,
      onboot: 'no',
      parameters: { numproc: 100 },
    });
    await node.api.perform('PATCH', '/v1/ves/web1', {
      userData: { a: '1', b: '2' },
      parameters: { cpuunits: 500 },
    });
    await node.api.perform('PATCH', '/v1/ves/web1', {
      userData: { a: null, c: '3' },
      parameters: { numproc: null },
    });
    const { userData, parameters } = await node.show('web1');
    expect(userData).toEqual({ b: '2', c: '3' });
    expect(parameters).toEqual({ cpuunits: 500 });
  });

  test('stop ends init gracefully; kill does not ask', async () => {
    expect(await node.insula(['stop', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.status('web1')).toMatchObject({
      state: 'stopped',
      init: null,
      startedAt: null,
      lastExit: { kind: 'poweroff' },
    });
    await node.act('start', 'web1');
    expect(await node.insula(['kill', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.status('web1')).toMatchObject({
      state: 'stopped',
      lastExit: { kind: 'killed', code: 137 },
    });
  });

  test('a stopped VE leaves nothing on the node but its private area', async () => {
    const { uuid } = await node.show('web1');
    const leftovers = await node.leftovers();
    expect(leftovers.filter((line) => !line.startsWith('nft element'))).toEqual([
      `file ${node.paths.pool}/private/${uuid}`,
    ]);
  });

  test('mount shows the root on the node under the ids of the VE; unmount takes it away', async () => {
    expect(await node.insula(['mount', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.status('web1')).toMatchObject({ state: 'mounted' });
    const { uuid, idBase } = await node.show('web1');
    const root = `${node.paths.run}/ve/${uuid}/root`;
    // the mount is private to the daemon's side of the house, but this process shares its mount namespace
    const { statSync, readFileSync } = await import('node:fs');
    expect(readFileSync(`${root}/root/note`, 'utf8')).toBe('kept\n');
    expect(statSync(`${root}/root/note`).uid).toBe(idBase);
    expect(await node.insula(['unmount', 'web1'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.status('web1')).toMatchObject({ state: 'stopped' });
  });

  test('a root that somebody on the node is in is told of by who it is, and unmounted when nobody is', async () => {
    await node.act('mount', 'web1');
    const { uuid } = await node.show('web1');
    const visitor = startProgram(['sleep', '600'], {
      cwd: `${node.paths.run}/ve/${uuid}/root/etc`,
      timeout: 600_000,
    });
    try {
      const refused = await node.insula(['unmount', 'web1']);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(`in use on the node: sleep (process ${visitor.pid})`);
      expect(await node.status('web1')).toMatchObject({ state: 'mounted' });
      const unmounted = node.insula(['unmount', 'web1']);
      visitor.child.kill();
      expect(await unmounted).toMatchObject({ code: 0 });
    } finally {
      visitor.child.kill();
      await visitor.ended;
    }
    expect(await node.status('web1')).toMatchObject({ state: 'stopped' });
  });

  test('a mounted VE can be started, and is stopped afterwards', async () => {
    await node.act('mount', 'web1');
    await node.act('start', 'web1');
    expect(await node.inside('web1', 'cat /root/note')).toBe('kept');
    await node.act('stop', 'web1');
    expect(await node.status('web1')).toMatchObject({ state: 'stopped' });
  });

  test('destroy wants to be confirmed, refuses a protected VE, and then leaves nothing', async () => {
    const asked = await node.insula(['destroy', 'web1']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('--yes');
    await node.insula(['set', 'web1', '--protected']);
    const refused = await node.insula(['destroy', 'web1', '--yes']);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('protected');
    await node.insula(['set', 'web1', '--no-protected']);
    expect(await node.insula(['destroy', 'web1', '--yes'])).toMatchObject({ code: 0, stderr: '' });
    expect(await node.insula(['list', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(await node.leftovers()).toEqual([]);
  });

  test('on a terminal destroy goes on when the name is typed, and not otherwise', async () => {
    await node.create({ name: 'gone', template: 'busybox' });
    const size = { columns: 100, rows: 30 };
    const mistaken = node.cli.onTerminal(['destroy', 'gone'], size);
    await mistaken.shows('Type "gone"');
    mistaken.type('yes\r');
    expect((await mistaken.exited).exitCode).toBe(2);
    const right = node.cli.onTerminal(['destroy', 'gone'], size);
    await right.shows('Type "gone"');
    right.type('gone\r');
    expect((await right.exited).exitCode).toBe(0);
    expect(await node.api.get('/v1/ves')).toEqual([]);
  });
});

describe('several VEs', () => {
  test('one command acts on several, tells a result for each, and on all whose state allows it', async () => {
    for (const name of ['a1', 'a2', 'a3']) await node.create({ name, template: 'busybox' });
    const started = await node.insula(['start', 'a1', 'nosuch', 'a2']);
    expect(started.code).toBe(3);
    expect(started.stderr).toContain('nosuch');
    const states = async () =>
      (await node.api.get<readonly VeSummary[]>('/v1/ves')).map(({ name, state }) => `${name} ${state}`);
    expect(await states()).toEqual(['a1 running', 'a2 running', 'a3 stopped']);
    const stopped = await node.insula(['stop', '--all']);
    expect(stopped).toMatchObject({ code: 0, stderr: '2 of 2 succeeded\n' });
    expect(await states()).toEqual(['a1 stopped', 'a2 stopped', 'a3 stopped']);
    const destroyed = await node.insula(['destroy', '--all', '--yes']);
    expect(destroyed).toMatchObject({ code: 0, stderr: '3 of 3 succeeded\n' });
    expect(await states()).toEqual([]);
  });

  test('CTIDs, names, addresses and id ranges are chosen unique and lowest first', async () => {
    const created: VeDetail[] = [];
    for (const name of ['b1', 'b2']) created.push(await node.create({ name, template: 'busybox' }));
    const operation = await node.api.perform('POST', '/v1/ves', { template: 'busybox' });
    created.push(operation.result as VeDetail);
    expect(created.map(({ ctid }) => ctid)).toEqual([101, 102, 103]);
    expect(created.map(({ name }) => name)).toEqual(['b1', 'b2', 've103']);
    expect(new Set(created.flatMap(({ addresses }) => addresses)).size).toBe(3);
    expect(new Set(created.map(({ idBase }) => idBase)).size).toBe(3);
    await node.destroy('b1');
    expect(await node.create({ name: 'b4', template: 'busybox' })).toMatchObject({ ctid: 101 });
    await node.destroyAll();
  });

  test('create with --start answers with a VE that runs', async () => {
    const created = await node.insula(['create', 'c1', '--template', 'busybox', '--start', '--json']);
    expect(created.code).toBe(0);
    expect(await node.status('c1')).toMatchObject({ state: 'running' });
    expect(await node.insula(['destroy', 'c1', '--yes'])).toMatchObject({ code: 4 });
    expect(await node.insula(['destroy', 'c1', '--yes', '--force'])).toMatchObject({ code: 0, stderr: '' });
  });

  test('a dry run tells the steps and does nothing', async () => {
    const planned = await node.insula([
      'create',
      'd1',
      '--template',
      'busybox',
      '--start',
      '--dry-run',
      '--json',
    ]);
    expect(planned.code).toBe(0);
    const { steps } = json(planned.stdout) as { readonly steps: readonly { readonly action: string }[] };
    expect(steps.map(({ action }) => action)).toContain('start-container');
    expect(await node.api.get('/v1/ves')).toEqual([]);
  });

  test('without --wait the operation goes on after the command has ended', async () => {
    const begun = await node.insula(['create', 'e1', '--template', 'busybox', '--start', '--no-wait']);
    expect(begun.code).toBe(0);
    const id = /[0-9a-z-]{10,}/.exec(begun.stdout)?.[0] ?? '';
    expect(await node.api.ended(id)).toMatchObject({ state: 'succeeded', kind: 've.create' });
    await node.destroy('e1');
  });
});
