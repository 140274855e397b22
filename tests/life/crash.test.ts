import type { VeDetail } from '@insula/contract';
import { expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

/** Ends the init of a VE as a crash does. */
async function crash(ve: string): Promise<number> {
  const { init } = await node.status(ve);
  if (init === null) throw new Error(`${ve} does not run`);
  process.kill(init, 'SIGKILL');
  return init;
}

async function settled(ve: string): Promise<VeDetail> {
  return await eventually(`${ve} is settled`, async () => {
    const detail = await node.show(ve);
    return detail.state === 'stopped' && detail.transition === null ? detail : undefined;
  });
}

async function runsAgain(ve: string, before: number): Promise<VeDetail> {
  return await eventually(`${ve} runs again`, async () => {
    const detail = await node.show(ve);
    return detail.state === 'running' && detail.init !== before && detail.transition === null
      ? detail
      : undefined;
  });
}

const delays = (ve: string) =>
  node
    .log()
    .split('\n')
    .filter((line) => line.includes('restart after crash'))
    .map((line) => JSON.parse(line) as { readonly ve: string; readonly delay: number })
    .filter((entry) => entry.ve === ve)
    .map(({ delay }) => delay);

test('a VE that crashes again and again is started later each time', async () => {
  await node.create({ name: 'weak', template: 'busybox', start: true });
  for (const crashes of [1, 2, 3]) {
    const detail = await runsAgain('weak', await crash('weak'));
    expect(detail).toMatchObject({ crashes, lastExit: { kind: 'crash' } });
  }
  expect(delays('weak')).toEqual([1000, 2000, 4000]);
});

test('a stop on request ends the row of crashes', async () => {
  await node.act('stop', 'weak');
  expect(await node.show('weak')).toMatchObject({
    state: 'stopped',
    lastExit: { kind: 'poweroff' },
    crashes: 0,
  });
  await node.destroy('weak');
});

test('with the policy never a crashed VE stays down until somebody starts it', async () => {
  await node.create({ name: 'once', template: 'busybox', start: true, restartPolicy: 'never' });
  await crash('once');
  expect(await settled('once')).toMatchObject({ crashes: 1, lastExit: { kind: 'crash', code: 137 } });
  await node.restart();
  expect(await node.status('once')).toMatchObject({ state: 'stopped' });
  expect(delays('once')).toEqual([]);
  await node.act('start', 'once');
  expect(await node.status('once')).toMatchObject({ state: 'running' });
  await node.destroy('once');
});

test('who starts a crashed VE does not have to wait for its restart, which then does not come', async () => {
  await node.create({ name: 'hasty', template: 'busybox', start: true });
  await crash('hasty');
  await settled('hasty');
  await node.api.perform('POST', '/v1/ves/hasty/start?ifBusy=wait').catch(() => undefined);
  const { init } = await runsAgain('hasty', 0);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await node.status('hasty')).toMatchObject({ state: 'running', init });
  await node.destroy('hasty');
});

test('a restart that is due survives a restart of the daemon', async () => {
  await node.create({ name: 'patient', template: 'busybox', start: true });
  for (const _ of [1, 2]) await runsAgain('patient', await crash('patient'));
  const last = await crash('patient');
  await settled('patient');
  await node.kill9();
  await node.start();
  expect(await runsAgain('patient', last)).toMatchObject({ crashes: 3 });
  await node.destroy('patient');
});

test('a VE that is destroyed while its restart is due stays gone', async () => {
  await node.create({ name: 'doomed', template: 'busybox', start: true });
  for (const _ of [1]) await runsAgain('doomed', await crash('doomed'));
  await crash('doomed');
  await settled('doomed');
  await node.destroy('doomed');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(await node.api.get('/v1/ves')).toEqual([]);
  expect(await node.leftovers()).toEqual([]);
});

test('a VE whose supervisor was killed is noticed when it ends', async () => {
  const ve = await node.create({ name: 'orphan', template: 'busybox', start: true });
  const { readFileSync } = await import('node:fs');
  const conmon = Number(readFileSync(`${node.paths.run}/ve/${ve.uuid}/conmon.pid`, 'utf8'));
  process.kill(conmon, 'SIGKILL');
  expect(await node.inside('orphan', 'echo still here')).toBe('still here');
  const before = await crash('orphan');
  expect(await runsAgain('orphan', before)).toMatchObject({ crashes: 1 });
  await node.destroy('orphan');
});
