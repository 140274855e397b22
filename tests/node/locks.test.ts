import type { Operation } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

/** A VE whose init pays no attention to the signal that asks it to stop. */
async function stubborn(name: string): Promise<void> {
  await node.create({ name, template: 'busybox', stopTimeout: 600 });
  await node.act('mount', name);
  const { uuid } = await node.show(name);
  const { rmSync, writeFileSync, chmodSync } = await import('node:fs');
  const init = `${node.paths.run}/ve/${uuid}/root/sbin/init`;
  rmSync(init);
  writeFileSync(init, "#!/bin/sh\ntrap '' USR2 TERM PWR\nwhile :; do sleep 1; done\n");
  chmodSync(init, 0o755);
  await node.act('unmount', name);
  await node.act('start', name);
}

beforeAll(async () => await stubborn('deaf'));

const underWay = async (id: string) => await node.api.get<Operation>(`/v1/operations/${id}`);

describe('a VE that is being changed', () => {
  test('is destroyed with force, though a restart is waiting for its init', async () => {
    await stubborn('deaf2');
    const restart = await node.api.begin('POST', '/v1/ves/deaf2/restart');
    await eventually('the restart waits', async () => (await underWay(restart.id)).message.includes('wait'));
    await node.api.perform('DELETE', '/v1/ves/deaf2?force=true');
    expect(await node.api.ended(restart.id)).toMatchObject({ state: 'cancelled' });
    expect(await node.api.refused('GET', '/v1/ves/deaf2')).toMatchObject({ code: 've_not_found' });
  });

  test('ends within its stop timeout when its init ignores the signal, and the log says so', async () => {
    const stop = await node.api.perform('POST', '/v1/ves/deaf/stop', { timeout: 1 });
    expect(stop.log.join('\n')).toContain('did not stop within 1 s');
    expect(await node.status('deaf')).toMatchObject({
      state: 'stopped',
      lastExit: { kind: 'killed', code: 137 },
    });
    await node.act('start', 'deaf');
    expect(await node.insula(['stop', 'deaf', '--timeout', '0'])).toMatchObject({ code: 0 });
    await node.act('start', 'deaf');
  });

  test('still is when the daemon restarts in the middle of a stop: the next one goes on with it', async () => {
    const stop = await node.api.begin('POST', '/v1/ves/deaf/stop', { timeout: 3 });
    await eventually('the stop waits', async () => (await underWay(stop.id)).message.includes('wait'));
    await node.kill9();
    await node.start();
    expect(await node.api.ended(stop.id)).toMatchObject({ state: 'succeeded', recovery: 'resumed' });
    expect(await node.status('deaf')).toMatchObject({ state: 'stopped', transition: null });
    await node.act('start', 'deaf');
  });
});

describe('operations', () => {
  test('an operation that has ended cannot be cancelled, one that never was is not found', async () => {
    const [newest] = await node.api.get<readonly Operation[]>('/v1/operations?limit=1');
    expect(await node.api.refused('POST', `/v1/operations/${newest?.id}/cancel`)).toMatchObject({
      code: 'not_cancellable',
    });
    expect(await node.api.refused('POST', '/v1/operations/nosuch/cancel')).toMatchObject({
      code: 'operation_not_found',
    });
  });

  test('an operation is found by the beginning of its id as long as that is unique', async () => {
    const [newest] = await node.api.get<readonly Operation[]>('/v1/operations?limit=1');
    const id = newest?.id ?? '';
    const shown = await node.insula(['operation', 'show', id.slice(0, -2), '--json']);
    expect(shown).toMatchObject({ code: 0 });
    expect(JSON.parse(shown.stdout)).toMatchObject({ id });
    expect(await node.api.refused('GET', `/v1/operations/${id.slice(0, 3)}`)).toMatchObject({
      code: 'operation_not_found',
    });
  });

  test('the history of one VE is kept in order with steps and timings', async () => {
    const history = await node.api.get<readonly Operation[]>('/v1/operations?ve=deaf&limit=5');
    expect(history).toHaveLength(5);
    expect(history.every(({ target }) => target.name === 'deaf')).toBe(true);
    const ids = history.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort().reverse());
    for (const step of history[0]?.steps ?? []) {
      expect(step).toMatchObject({ state: 'done', milliseconds: expect.any(Number) as number });
    }
  });

  test('changes of different VEs do not wait for each other', async () => {
    const stop = await node.api.begin('POST', '/v1/ves/deaf/stop');
    await node.create({ name: 'other', template: 'busybox', start: true });
    await node.destroy('other');
    expect((await underWay(stop.id)).state).toBe('running');
    await node.api.call('POST', `/v1/operations/${stop.id}/cancel`);
    await node.api.ended(stop.id);
  });
});
