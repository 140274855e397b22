import { type NodeEvent, NodeEvent as NodeEventSchema } from '@insula/contract';
import { Compile } from 'typebox/compile';
import { expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

const operations = (events: readonly NodeEvent[]) => events.filter((event) => event.kind === 'operation');
const states = (events: readonly NodeEvent[]) =>
  events.flatMap((event) =>
    event.kind === 've' && event.ve !== null ? [`${event.name} ${event.ve.state}`] : [],
  );

test('an operation is told from its beginning to its end, and the VE beside it, in order', async () => {
  const stream = await node.events();
  await node.create({ name: 'e1', template: 'busybox', start: true });
  await stream.first((event) => event.kind === 'operation' && event.operation.state === 'succeeded');
  const told = operations(stream.all).map(({ operation }) => operation);
  expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  expect(told[0]?.state).toBe('running');
  expect(told.at(-1)).toMatchObject({ state: 'succeeded', progress: 1, kind: 've.create' });
  const progress = told.map((operation) => operation.progress);
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  const stepsDone = told.map(({ steps }) => steps.filter(({ state }) => state === 'done').length);
  expect(stepsDone.at(-1)).toBe(told.at(-1)?.steps.length);
  await eventually('the state is told', () => states(stream.all).includes('e1 running'));
  const ids = stream.all.map(({ id }) => id);
  expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index));
  stream.close();
});

test('every event is what its schema says', async () => {
  const stream = await node.events();
  await node.act('restart', 'e1');
  await node.api.perform('PATCH', '/v1/ves/e1', { description: 'changed' });
  await node.api.attempt('POST', '/v1/ves/e1/rename', { name: 'e2' });
  await node.destroy('e2');
  await stream.first((event) => event.kind === 've' && event.what === 'destroyed');
  const check = Compile(NodeEventSchema);
  for (const event of stream.all) {
    if (!check.Check(event))
      throw new Error(`${JSON.stringify(event)}: ${JSON.stringify(check.Errors(event)[0])}`);
  }
  expect(stream.all.length).toBeGreaterThan(10);
  stream.close();
});

test('what a VE does on its own is told too', async () => {
  await node.create({ name: 'e3', template: 'busybox', start: true });
  const stream = await node.events();
  const { init } = await node.status('e3');
  process.kill(init ?? 0, 'SIGKILL');
  await stream.first((event) => event.kind === 'operation' && event.operation.kind === 've.settle');
  const stopped = await stream.first((event) => event.kind === 've' && event.ve?.state === 'stopped');
  await stream.first(
    (event) => event.id > stopped.id && event.kind === 've' && event.ve?.state === 'running',
  );
  stream.close();
});

test('the command line prints events until it is interrupted, also over a restart of the daemon', async () => {
  await node.create({ name: 'e4', template: 'busybox' });
  const watching = node.cli.start(['events', '--json']);
  const seen = (text: string) =>
    eventually(`an event with ${text}`, () => watching.output().stdout.includes(text));
  await eventually('it listens', async () => {
    await node.api.perform('PATCH', '/v1/ves/e4', { description: `now ${Date.now()}` });
    return watching.output().stdout !== '';
  });
  await node.restart();
  await node.act('start', 'e4');
  await seen('ve.start');
  watching.child.kill('SIGINT');
  const { code, stdout } = await watching.ended;
  expect(code).toBe(0);
  for (const line of stdout.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
});
