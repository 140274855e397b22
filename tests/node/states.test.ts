import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { NodeInfo, VeDetail, VeSummary } from '@insula/contract';
import { describe, expect, test } from 'vitest';
import { eventually, run, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

const list = async () => await node.api.get<readonly VeSummary[]>('/v1/ves');

describe('states over daemons', () => {
  test('every state is found again without the database, and everything can be done from there', async () => {
    for (const name of ['run', 'frozen']) await node.create({ name, template: 'busybox', start: true });
    for (const name of ['off', 'open']) await node.create({ name, template: 'busybox' });
    await node.act('pause', 'frozen');
    await node.act('mount', 'open');
    const before = await list();
    expect(before.map(({ state }) => state)).toEqual(['running', 'paused', 'stopped', 'mounted']);
    await node.kill9();
    for (const end of ['', '-wal', '-shm']) rmSync(`${node.paths.database}${end}`, { force: true });
    await node.start();
    expect(await list()).toEqual(before);
    await node.act('resume', 'frozen');
    await node.act('unmount', 'open');
    await node.act('restart', 'run');
    await node.act('start', 'off');
    expect((await list()).map(({ state }) => state)).toEqual(['running', 'running', 'running', 'stopped']);
  });

  test('a VE that is paused can be stopped by a later daemon', async () => {
    await node.act('pause', 'frozen');
    await node.restart();
    expect(await node.status('frozen')).toMatchObject({ state: 'paused' });
    await node.act('stop', 'frozen');
    expect(await node.status('frozen')).toMatchObject({ state: 'stopped', lastExit: { kind: 'poweroff' } });
  });

  test('a crash is noticed even when nobody is left who saw it, neither daemon nor supervisor', async () => {
    const { init, uuid } = await node.status('run');
    const conmon = Number(readFileSync(`${node.paths.run}/ve/${uuid}/conmon.pid`, 'utf8'));
    await node.kill9();
    process.kill(conmon, 'SIGKILL');
    process.kill(init ?? 0, 'SIGKILL');
    await eventually('init has ended', () => !existsSync(`/proc/${init}`));
    await node.start();
    await eventually('it runs again', async () => {
      const status = await node.status('run');
      return status.state === 'running' && status.init !== init;
    });
    expect(await node.show('run')).toMatchObject({ crashes: 1 });
  });
});

describe('private areas', () => {
  test('one that is a copy of another is not taken for a second VE', async () => {
    const { privateArea } = await node.show('open');
    await node.stop();
    const copy = `${node.paths.pool}/private/00000000-0000-4000-8000-000000000000`;
    await run(['cp', '-a', privateArea, copy]);
    await node.start();
    expect((await list()).filter(({ name }) => name === 'open')).toHaveLength(1);
    const { unreadable } = await node.api.get<NodeInfo>('/v1/node');
    expect(unreadable.map(({ path }) => path)).toEqual([copy]);
    rmSync(copy, { recursive: true });
  });

  test('one that was taken away is missed, and taken in again when it is back', async () => {
    const ve = await node.show('open');
    await node.stop();
    await run(['mv', ve.privateArea, `${node.paths.dir}/away`]);
    await node.start();
    expect(await node.api.refused('GET', '/v1/ves/open')).toMatchObject({ code: 've_not_found' });
    await node.stop();
    await run(['mv', `${node.paths.dir}/away`, ve.privateArea]);
    await node.start();
    expect(await node.api.get<VeDetail>('/v1/ves/open')).toEqual(ve);
    await node.act('start', 'open');
    expect(await node.inside('open', 'hostname')).toBe('open');
  });
});
