import { beforeAll, beforeEach, expect, test } from 'vitest';
import { emptyAfterFailure, eventually } from '../harness/index.ts';
import { TwoNodes } from './two-nodes.ts';

/*
 * Several VEs leave a node at once, what cannot stays, and nothing takes more of the line than it was given.
 */

let two: TwoNodes;
beforeAll(async () => {
  two = await TwoNodes.make(['busybox']);
  return async () => await two.remove();
});
beforeEach(async () => {
  for (const node of two.nodes) await node.destroyAll();
});
emptyAfterFailure(() => two.nodes);

const make = async (...names: readonly string[]) => {
  const [source] = two.nodes;
  for (const name of names) await source.create({ name, template: 'busybox', start: true });
  for (const name of names) await source.wait(name);
};
const states = async (at: 0 | 1) => {
  const ves = await two.nodes[at].api.get<readonly { name: string; state: string }[]>('/v1/ves');
  return ves.map(({ name, state }) => `${name} ${state}`).sort();
};

test('a node is evacuated, running and stopped VEs alike', async () => {
  const [source] = two.nodes;
  await make('a', 'b', 'c');
  await source.act('kill', 'c');
  const operation = await source.api.perform('POST', '/v1/node/evacuate', { node: 'target', parallel: 3 });
  expect(operation.result).toEqual({ node: 'target', moved: 3 });
  expect(await states(1)).toEqual(['a running', 'b running', 'c stopped']);
  expect(await states(0)).toEqual([]);
  expect(await source.leftovers()).toEqual([]);
});

test('VEs that cannot move as asked stay and are named; the others leave', async () => {
  const [source] = two.nodes;
  await make('a', 'b');
  const shell = await source.openExec('b', { command: ['sleep', '1000'] });
  await eventually('it runs', async () => (await two.check('b')).mode === 'near-live');
  const operation = await source.api.attempt('POST', '/v1/node/evacuate', {
    node: 'target',
    atLeast: 'live',
  });
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'evacuation_incomplete' } });
  expect(operation.log.join('\n')).toContain('b: ');
  expect([await states(0), await states(1)]).toEqual([['b running'], ['a running']]);
  shell.control({ kind: 'signal', signal: 9 });
  await shell.exit();
});

test('several VEs are named on the command line before their node', async () => {
  const [source] = two.nodes;
  await make('a', 'b');
  const { code, stderr } = await source.insula(['migrate', 'a', 'b', 'target', '--at-least', 'live']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect([await states(0), await states(1)]).toEqual([[], ['a running', 'b running']]);
});

test('a migration keeps to its bandwidth while the VE runs, tells how long it will take, and can be cancelled', async () => {
  const [source, target] = two.nodes;
  await make('a');
  const { init } = await source.status('a');
  await source.inside('a', 'dd if=/dev/urandom of=/root/data bs=1024k count=8');
  const begun = await source.api.begin('POST', '/v1/ves/a/migrate', { node: 'target', bandwidth: 1_048_576 });
  const seen = await eventually('it tells the time that is left', async () => {
    const { message } = await source.api.get<{ message: string }>(`/v1/operations/${begun.id}`);
    return / of \d+ MiB, \d+ s left/.test(message) && message;
  });
  expect(seen).toContain('send its files');
  await source.api.call('POST', `/v1/operations/${begun.id}/cancel`);
  await eventually('it is given up', async () => (await states(1)).length === 0);
  await eventually('it has ended', async () => (await source.status('a')).operation === null);
  expect(await source.status('a')).toMatchObject({ state: 'running', init });
  await eventually('nothing is left', async () => (await target.leftovers()).length === 0);
});

test('a migration that takes longer than it may is given up, and the VE goes on where it was', async () => {
  const [source, target] = two.nodes;
  await make('a');
  const { init } = await source.status('a');
  await source.inside('a', 'dd if=/dev/urandom of=/root/data bs=1024k count=16');
  const migrate = async (body: object) =>
    await source.api.attempt('POST', '/v1/ves/a/migrate', { node: 'target', bandwidth: 1_048_576, ...body });
  const asked = await migrate({ timeLimit: 2 });
  expect(asked).toMatchObject({
    state: 'failed',
    error: { code: 'time_limit', details: { target: 'a', seconds: 2 } },
  });
  await source.api.perform('PATCH', '/v1/ves/a', { parameters: { migrationtime: 3 } });
  expect((await migrate({ timeLimit: 3600 })).error).toMatchObject({ details: { seconds: 3 } });
  expect(await source.status('a')).toMatchObject({ state: 'running', init, operation: null });
  await eventually('nothing is left', async () => (await target.leftovers()).length === 0);
  await source.api.perform('PATCH', '/v1/ves/a', { parameters: { migrationtime: null } });
  await source.api.perform('POST', '/v1/ves/a/migrate', { node: 'target', timeLimit: 3600 });
  expect(await states(1)).toEqual(['a running']);
  expect(await source.leftovers()).toEqual([]);
});

test('a node that is unknown takes nobody', async () => {
  const [source] = two.nodes;
  expect(await source.api.refused('POST', '/v1/node/evacuate', { node: 'nobody' })).toMatchObject({
    code: 'peer_unknown',
  });
});
