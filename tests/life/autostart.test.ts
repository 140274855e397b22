import type { Operation, VeSummary } from '@insula/contract';
import { expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'], config: { autostart: { parallel: 1 } } });

const running = async () =>
  (await node.api.get<readonly VeSummary[]>('/v1/ves'))
    .filter(({ state, transition }) => state === 'running' && transition === null)
    .map(({ name }) => name);

/** Names in the order in which the node started them since the given operation. */
async function startedAfter(id: string): Promise<readonly string[]> {
  const operations = await node.api.get<readonly Operation[]>('/v1/operations?limit=100');
  return operations
    .filter((operation) => operation.kind === 've.start' && operation.id > id)
    .map(({ target }) => target.name)
    .reverse();
}

test('after a boot of the node the VEs that shall run are started in their order, and no others', async () => {
  const wanted = [
    { name: 'late', onboot: 'yes', bootorder: 1 },
    { name: 'first', onboot: 'yes', bootorder: 100 },
    { name: 'ran', onboot: 'auto', bootorder: 50, start: true },
    { name: 'ran-too', onboot: 'auto', bootorder: 50, start: true },
    { name: 'off', onboot: 'auto', bootorder: 200 },
    { name: 'never', onboot: 'no', bootorder: 300, start: true },
  ] as const;
  for (const ve of wanted) await node.create({ ...ve, template: 'busybox' });
  const [newest] = await node.api.get<readonly Operation[]>('/v1/operations?limit=1');
  await node.reboot();
  await eventually('four VEs run', async () => (await running()).length === 4);
  expect(await startedAfter(newest?.id ?? '')).toEqual(['first', 'ran', 'ran-too', 'late']);
  expect(await node.status('never')).toMatchObject({ state: 'stopped' });
  expect(await node.status('off')).toMatchObject({ state: 'stopped' });
  expect(await node.inside('first', 'hostname')).toBe('first');
});

test('a VE that was stopped on request is not started with the node', async () => {
  await node.act('stop', 'ran');
  await node.act('kill', 'ran-too');
  await node.reboot();
  await eventually('two VEs run', async () => (await running()).length === 2);
  expect(await running()).toEqual(['late', 'first']);
});

test('a restart of the daemon alone starts nothing', async () => {
  await node.act('stop', 'first');
  const [newest] = await node.api.get<readonly Operation[]>('/v1/operations?limit=1');
  await node.restart();
  await node.kill9();
  await node.start();
  expect(await startedAfter(newest?.id ?? '')).toEqual([]);
  expect(await running()).toEqual(['late']);
});

test('what was being done when the power went is settled before VEs are started', async () => {
  await node.api.begin('POST', '/v1/ves/first/start');
  await node.reboot();
  await eventually('two VEs run', async () => (await running()).length === 2);
  expect(await running()).toEqual(['late', 'first']);
  expect(await node.inside('late', 'hostname')).toBe('late');
  expect(await node.inside('first', 'hostname')).toBe('first');
});

test('a VE that cannot be started keeps no other from its start', async () => {
  const broken = await node.show('first');
  await node.reboot();
  await eventually('two VEs run', async () => (await running()).length === 2);
  await node.powerCut();
  const { rmSync, writeFileSync } = await import('node:fs');
  // a file where the folder of changes should be
  rmSync(`${node.paths.pool}/private/${broken.uuid}/fs`, { recursive: true });
  writeFileSync(`${node.paths.pool}/private/${broken.uuid}/fs`, 'none');
  await node.start();
  await eventually('the other VE runs', async () => (await running()).includes('late'));
  expect(await node.status('first')).toMatchObject({ state: 'stopped', transition: null });
});
