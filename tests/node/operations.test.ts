import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { DryRun, Operation, VeSpec, VeSummary } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, patient, useNode } from '../harness/index.ts';
import { holdStarts } from './held-start.ts';

const node = useNode({ templates: ['busybox'] });

/** Puts a program in the place of init that does not end when it is asked to. */
async function makeDeaf(ve: string): Promise<void> {
  await node.inside(
    ve,
    'rm /sbin/init; printf "#!/bin/sh\\nexec sleep 1000000\\n" > /sbin/init; chmod +x /sbin/init',
  );
  await node.act('kill', ve);
  await node.act('start', ve);
}

beforeAll(async () => {
  for (const name of ['deaf', 'b1']) await node.create({ name, template: 'busybox', start: true });
  for (const name of ['deaf', 'b1']) await node.wait(name);
  await makeDeaf('deaf');
});

const stepping = async (id: string, action: string) =>
  await eventually(`${action} is under way`, async () => {
    const { steps } = await node.api.get<Operation>(`/v1/operations/${id}`);
    return steps.some((step) => step.action === action && step.state === 'running');
  });

describe('a VE that an operation holds', () => {
  test('refuses another change, and names who holds it', async () => {
    const stop = await node.api.begin('POST', '/v1/ves/deaf/stop', { timeout: 600 });
    const refused = await node.api.refused('POST', '/v1/ves/deaf/pause');
    expect(refused).toMatchObject({
      code: 'busy',
      status: 409,
      details: { target: 'deaf', operation: stop.id, kind: 've.stop' },
    });
    expect(refused.detail).toContain(stop.id);
    const told = await node.insula(['set', 'deaf', '--description', 'x']);
    expect(told).toMatchObject({ code: 4, stdout: '' });
    expect(told.stderr).toContain(stop.id);
    expect(await node.status('deaf')).toMatchObject({ transition: 'stopping', operation: stop.id });
  });

  test('is read all the while, and others are changed', async () => {
    for (const path of [
      '/v1/ves',
      '/v1/ves/deaf',
      '/v1/ves/deaf/status',
      '/v1/ves/deaf/log',
      '/v1/node',
      '/v1/operations',
    ]) {
      const began = performance.now();
      expect(await node.api.call('GET', path)).toMatchObject({ status: 200 });
      expect(performance.now() - began).toBeLessThan(2000);
    }
    await node.api.perform('PATCH', '/v1/ves/b1', { description: 'changed meanwhile' });
    expect(await node.inside('deaf', 'echo exec, too')).toBe('exec, too');
  });

  test('lets those that wait have it in their order, and cancels a stop that still waits for init', async () => {
    const [stop] = await node.api.get<readonly Operation[]>('/v1/operations?state=running');
    const waiting: Operation[] = [];
    for (const description of ['first', 'second', 'third'])
      waiting.push(await node.api.begin('PATCH', '/v1/ves/deaf?ifBusy=wait', { description }));
    expect(waiting.map(({ state }) => state)).toEqual(['queued', 'queued', 'queued']);
    const [, second] = waiting;
    expect(await node.insula(['operation', 'cancel', second?.id ?? ''])).toMatchObject({ code: 0 });
    expect(await node.api.ended(second?.id ?? '')).toMatchObject({
      state: 'cancelled',
      error: { code: 'cancelled' },
    });
    await node.api.call('POST', `/v1/operations/${stop?.id}/cancel`);
    expect(await node.api.ended(stop?.id ?? '')).toMatchObject({ state: 'cancelled' });
    for (const { id } of [waiting[0], waiting[2]] as readonly Operation[])
      expect(await node.api.ended(id)).toMatchObject({ state: 'succeeded' });
    expect(await node.show('deaf')).toMatchObject({
      state: 'running',
      description: 'third',
      operation: null,
    });
  });

  test('is given to a kill at once, whatever hangs', async () => {
    const stop = await node.api.begin('POST', '/v1/ves/deaf/stop', { timeout: 600 });
    await stepping(stop.id, 'await-exit');
    const began = performance.now();
    expect(await node.insula(['kill', 'deaf'])).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(await node.api.ended(stop.id)).toMatchObject({ state: 'cancelled' });
    expect(await node.status('deaf')).toMatchObject({ state: 'stopped', operation: null });
  });
});

describe('a creation that is cancelled', () => {
  test('leaves nothing, and its name and address are free again', async () => {
    await node.act('stop', 'b1');
    const hold = holdStarts(node);
    const create = await node.api.begin('POST', '/v1/ves', {
      name: 'half',
      template: 'busybox',
      start: true,
    });
    await stepping(create.id, 'create-container');
    expect(await node.show('half')).toMatchObject({ transition: 'creating' });
    expect(await node.api.call('POST', `/v1/operations/${create.id}/cancel`)).toMatchObject({ status: 200 });
    hold.release();
    const ended = await node.api.ended(create.id);
    expect(ended).toMatchObject({ state: 'cancelled', error: { code: 'cancelled' }, recovery: null });
    expect(ended.log).toEqual([]);
    expect(await node.api.refused('GET', '/v1/ves/half')).toMatchObject({ code: 've_not_found' });
    const leftovers = (await node.leftovers()).filter(
      (line) => !line.startsWith(`file ${node.paths.pool}/private`),
    );
    expect(leftovers).toEqual([]);
    const again = await node.create({ name: 'half', template: 'busybox' });
    await node.destroy(again.uuid);
    expect(await node.api.refused('POST', `/v1/operations/${create.id}/cancel`)).toMatchObject({
      code: 'not_cancellable',
    });
    await node.act('start', 'b1');
  });
});

describe('events', () => {
  test('that were missed are told after Last-Event-ID, each exactly once and in order', async () => {
    const whole = await node.events();
    const parts: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const lastEventId = parts.at(-1);
      const part = await node.events(lastEventId === undefined ? {} : { lastEventId });
      const { id } = await node.api.perform('PATCH', '/v1/ves/b1', { bootorder: round });
      await part.first(
        (event) =>
          event.kind === 'operation' && event.operation.id === id && event.operation.endedAt !== null,
      );
      part.close();
      parts.push(...part.all.map((event) => event.id));
      // nobody listens to this one
      await node.api.perform('PATCH', '/v1/ves/b1', { description: `missed ${round}` });
    }
    const rest = await node.events({ lastEventId: parts.at(-1) ?? 0 });
    const { id } = await node.api.perform('PATCH', '/v1/ves/b1', { description: 'last' });
    const isEnd = (event: (typeof whole.all)[number]) =>
      event.kind === 'operation' && event.operation.id === id && event.operation.endedAt !== null;
    for (const stream of [rest, whole]) await stream.first(isEnd);
    parts.push(...rest.all.map((event) => event.id));
    const last = (await whole.first(isEnd)).id;
    const told = whole.all.map((event) => event.id).filter((event) => event <= last);
    expect(parts.filter((event) => event <= last)).toEqual(told);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    for (const stream of [rest, whole]) stream.close();
  });

  test('begin with the present when the daemon is another, and can be asked for one VE or operation', async () => {
    await node.create({ name: 'other', template: 'busybox' });
    const ofOne = await node.events({ query: 've=b1' });
    await node.api.perform('PATCH', '/v1/ves/other', { description: 'x' });
    const { id } = await node.api.perform('PATCH', '/v1/ves/b1', { description: 'y' });
    const end = await ofOne.first((event) => event.kind === 'operation' && event.operation.endedAt !== null);
    expect(end).toMatchObject({ operation: { id } });
    const ofOperation = await node.events({ query: `operation=${id}` });
    expect(await ofOperation.first(() => true)).toMatchObject({ operation: { id, state: 'succeeded' } });
    await node.restart();
    await eventually('the streams end', () => ofOne.hasEnded && ofOperation.hasEnded);
    const resumed = await node.events({ lastEventId: end.id });
    await node.api.perform('PATCH', '/v1/ves/b1', { description: 'z' });
    expect((await resumed.first(() => true)).id).toBeGreaterThan(end.id);
    resumed.close();
    await node.destroy('other');
  });
});

test('a dry run of every change tells its steps and changes nothing', async () => {
  const image = async () => ({
    ves: await node.api.get('/v1/ves'),
    shown: await node.show('b1'),
    spec: readFileSync(`${(await node.show('b1')).privateArea}/ve.json`, 'utf8'),
    operations: await node.api.get('/v1/operations?limit=1000'),
    leftovers: await node.leftovers(),
  });
  const before = await image();
  const calls = [
    ['POST', '/v1/ves?', { name: 'dry', template: 'busybox', start: true }],
    ['PATCH', '/v1/ves/b1?', { parameters: { numproc: 100 } }],
    ['POST', '/v1/ves/b1/rename?', { name: 'dry' }],
    ['DELETE', '/v1/ves/b1?force=true&'],
    ...['stop', 'kill', 'pause', 'restart'].map((verb) => ['POST', `/v1/ves/b1/${verb}?`] as const),
    ['POST', '/v1/templates/busybox/build?rebuild=true&'],
    ['POST', '/v1/vzfs/verify?'],
  ] as const;
  for (const [method, path, body] of calls) {
    const { status, body: plan } = await node.api.call<DryRun>(method, `${path}dryRun=true`, body);
    expect({ path, status }).toEqual({ path, status: 200 });
    expect(plan.steps.length).toBeGreaterThan(0);
  }
  expect(await node.api.refused('POST', '/v1/ves/b1/start?dryRun=true')).toMatchObject({
    code: 'wrong_state',
  });
  expect(await image()).toEqual(before);
});

test('a thousand VEs on disk are taken in, listed whole, and each can be found', {
  timeout: patient(240_000),
}, async () => {
  const model = await node.create({ name: 'model', template: 'busybox' });
  const area = model.privateArea;
  const spec = JSON.parse(readFileSync(`${area}/ve.json`, 'utf8')) as VeSpec;
  await node.stop();
  const count = 1000;
  for (let index = 0; index < count; index += 1) {
    const uuid = randomUUID();
    const dir = `${area}/../${uuid}`;
    mkdirSync(dir, { mode: 0o711 });
    cpSync(`${area}/fs`, `${dir}/fs`, { recursive: true });
    const idBase = 65_536 * (1000 + index);
    const changed = { ...spec, uuid, name: `many-${index}`, ctid: 1000 + index, idBase, addresses: [] };
    writeFileSync(`${dir}/ve.json`, JSON.stringify(changed));
  }
  await node.start();
  const list = await node.api.get<readonly VeSummary[]>('/v1/ves');
  expect(list).toHaveLength(count + 3);
  expect(list.map(({ ctid }) => ctid)).toEqual(list.map(({ ctid }) => ctid).toSorted((a, b) => a - b));
  expect(await node.show('many-999')).toMatchObject({ ctid: 1999 });
  const { stdout, code } = await node.insula([
    'list',
    '--no-header',
    '-o',
    'name',
    '--filter',
    'state=running',
  ]);
  expect({ stdout, code }).toEqual({ stdout: 'b1\n', code: 0 });
  await node.act('start', 'many-500');
  await node.act('kill', 'many-500');
  const removed = await node.insula(
    ['destroy', ...list.slice(2).map(({ name }) => name), '--yes', '--force'],
    { timeout: 200_000 },
  );
  expect(removed.code).toBe(0);
});
