import type { Operation } from '@insula/contract';
import { afterEach, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';
import { holdStarts } from '../node/held-start.ts';

/* Ctrl-C in the command line in the middle of a creation, which is made to hang where its first process is made. */

const node = useNode({ templates: ['busybox'] });

const command = ['create', 'half', '--template', 'busybox', '--start'];

afterEach(() => holdStarts(node).release());

async function held(): Promise<Operation> {
  return await eventually('the creation hangs', async () => {
    const [operation] = await node.api.get<readonly Operation[]>('/v1/operations?state=running');
    const step = operation?.steps.find(({ state }) => state === 'running');
    return step?.action === 'create-container' ? operation : undefined;
  });
}

/** The daemon does nothing until `go`, and at the end of the test at the latest. */
function stoppedDaemon(): Disposable & { go(): void } {
  const { pid } = node.daemon;
  const go = () => process.kill(pid, 'SIGCONT');
  process.kill(pid, 'SIGSTOP');
  return { go, [Symbol.dispose]: go };
}

const undone = async ({ id }: Operation) => {
  expect(await node.api.ended(id)).toMatchObject({ state: 'cancelled' });
  expect(await node.api.get('/v1/ves')).toEqual([]);
  expect(await node.leftovers()).toEqual([]);
};

test('cancels it, and nothing is left', async () => {
  const hold = holdStarts(node);
  const creating = node.cli.start(command);
  const operation = await held();
  creating.child.kill('SIGINT');
  await eventually('it says so', () => creating.output().stderr.includes('cancelling'));
  hold.release();
  const { code, stderr } = await creating.ended;
  expect(code).toBe(9);
  expect(stderr).toContain('the operation was cancelled');
  await undone(operation);
});

test('twice leaves the cancelling to the daemon and returns at once', async () => {
  const hold = holdStarts(node);
  const creating = node.cli.start(command);
  const operation = await held();
  // a cancelling that is quick would be told as the end of the creation
  using stopped = stoppedDaemon();
  creating.child.kill('SIGINT');
  await eventually('it says so', () => creating.output().stderr.includes('cancelling'));
  creating.child.kill('SIGINT');
  const { code, stderr } = await creating.ended;
  expect(code).toBe(130);
  expect(stderr).toContain(operation.id);
  stopped.go();
  hold.release();
  await undone(operation);
});

test('with --on-interrupt detach leaves it running, and it succeeds', async () => {
  const hold = holdStarts(node);
  const creating = node.cli.start([...command, '--on-interrupt', 'detach']);
  const operation = await held();
  creating.child.kill('SIGINT');
  const { code, stderr } = await creating.ended;
  expect(code).toBe(130);
  expect(stderr).toContain(operation.id);
  hold.release();
  expect(await node.api.ended(operation.id)).toMatchObject({ state: 'succeeded' });
  expect(await node.status('half')).toMatchObject({ state: 'running' });
  await node.destroy('half');
});

test('a command line that is killed takes nothing with it', async () => {
  const hold = holdStarts(node);
  const creating = node.cli.start(command);
  const operation = await held();
  creating.child.kill('SIGKILL');
  await creating.ended;
  hold.release();
  expect(await node.api.ended(operation.id)).toMatchObject({ state: 'succeeded' });
  await node.destroy('half');
});
