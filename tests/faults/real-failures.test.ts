import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '@insula/contract';
import { expect, test } from 'vitest';
import { eventually, run } from '../harness/index.ts';
import { useFaultNode } from './fault-node.ts';

const node = useFaultNode();

/** The host pid of a process by its command line, the moment that there is one. */
async function processWith(...words: readonly string[]): Promise<number> {
  for (let round = 0; round < 20_000; round += 1) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    const found = pids.find((pid) => words.every((word) => commandLine(pid).includes(word)));
    if (found !== undefined) return Number(found);
    await delay(0);
  }
  throw new Error(`no process with ${words.join(' ')}`);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

/** Nothing of a run is there: only the private area, and what the filter knows of VEs that exist. */
async function expectNoRun(uuid: string): Promise<void> {
  const lines = (await node.leftovers()).filter((line) => !line.startsWith('nft element'));
  expect(lines).toEqual([`file ${node.paths.pool}/private/${uuid}`]);
}

test('a VE without an init does not start, is told why, and leaves nothing of the start', async () => {
  const { uuid, privateArea } = await node.create({ name: 'empty', template: 'busybox' });
  const dir = `${privateArea}/fs/upper/usr/sbin`;
  await run(['mkdir', '-p', dir]);
  // an overlay takes a character device 0:0 for a deleted file
  await run(['mknod', `${dir}/init`, 'c', '0', '0']);
  const operation = await node.api.attempt('POST', '/v1/ves/empty/start');
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'start_failed' } });
  expect(operation.error?.detail).toContain('/sbin/init');
  expect(await node.status('empty')).toMatchObject({ state: 'stopped' });
  await expectNoRun(uuid);
  rmSync(`${dir}/init`);
  await node.act('start', 'empty');
  await node.destroy('empty');
  expect(await node.leftovers()).toEqual([]);
});

test('a start whose runc is killed in the middle fails, and the next one succeeds', async () => {
  const { uuid } = await node.create({ name: 'torn', template: 'busybox' });
  const started = node.api.attempt('POST', '/v1/ves/torn/start');
  const runc = await processWith('runc', ' create ', uuid);
  process.kill(runc, 'SIGKILL');
  const operation = await started;
  expect(operation).toMatchObject({ state: 'failed', error: { code: 'start_failed' } });
  await expectNoRun(uuid);
  await node.act('start', 'torn');
  expect(await node.inside('torn', 'hostname')).toBe('torn');
  await node.destroy('torn');
});

test('a start whose conmon is killed in the middle fails, and the next one succeeds', async () => {
  const { uuid } = await node.create({ name: 'alone', template: 'busybox' });
  const started = node.api.attempt('POST', '/v1/ves/alone/start');
  await processWith('runc', ' create ', uuid);
  const conmon = await processWith('conmon', uuid, '--cid');
  process.kill(conmon, 'SIGKILL');
  expect((await started).state).toBe('failed');
  await expectNoRun(uuid);
  await node.act('start', 'alone');
  expect(await node.inside('alone', 'hostname')).toBe('alone');
  await node.destroy('alone');
});

test('a daemon that is asked to end in the middle of a stop leaves the rest to the next one', async () => {
  await node.create({ name: 'deaf', template: 'busybox' });
  const { privateArea } = await node.show('deaf');
  await run(['mkdir', '-p', `${privateArea}/fs/upper/usr/sbin`]);
  const deafInit = '#!/bin/sh\ntrap "" USR1 USR2 TERM\nwhile :; do sleep 1000; done\n';
  writeFileSync(`${privateArea}/fs/upper/usr/sbin/init`, deafInit, { mode: 0o755 });
  await node.act('start', 'deaf');
  const { init } = await node.status('deaf');
  await eventually(
    'init ignores its signal',
    () =>
      // bit 11 stands for signal 12
      (Number.parseInt(
        /^SigIgn:\s+(\w+)$/m.exec(readFileSync(`/proc/${init}/status`, 'utf8'))?.[1] ?? '0',
        16,
      ) &
        0x800) !==
      0,
  );
  const { id } = await node.api.begin('POST', '/v1/ves/deaf/stop', { timeout: 9 });
  await eventually('init is waited for', async () => {
    const { steps } = await node.api.get<Operation>(`/v1/operations/${id}`);
    return steps.some(({ action, state }) => action === 'await-exit' && state === 'running');
  });
  await node.stop();
  await node.recover();
  const operation = await node.api.ended(id);
  expect(operation).toMatchObject({ state: 'succeeded', recovery: 'resumed' });
  expect(operation.log.join('\n')).toContain('init did not stop within');
  expect(await node.status('deaf')).toMatchObject({ state: 'stopped', lastExit: { kind: 'killed' } });
  await node.destroy('deaf');
});

test('the run directory of a node whose VEs are stopped can be lost', async () => {
  const { uuid } = await node.create({ name: 'kept', template: 'busybox', onboot: 'no' });
  await node.act('start', 'kept');
  await node.act('kill', 'kept');
  await node.stop();
  await run(['umount', `${node.paths.run}/ve`]);
  rmSync(node.paths.run, { recursive: true });
  await node.recover();
  await expectNoRun(uuid);
  await node.act('start', 'kept');
  expect(await node.inside('kept', 'hostname')).toBe('kept');
  await node.destroy('kept');
});

test.each(['', '{', 'null', '[1]', '{"wanted": 7, "crashes": "many"}', '\0\0\0'])(
  'a VE whose state.json holds %j is a VE that was never started',
  async (text) => {
    const { privateArea } = await node.create({ name: 'blank', template: 'busybox' });
    await node.act('start', 'blank');
    await node.act('kill', 'blank');
    await node.stop();
    writeFileSync(`${privateArea}/state.json`, text);
    await node.recover();
    expect(await node.show('blank')).toMatchObject({ state: 'stopped', lastExit: null, crashes: 0 });
    await node.act('start', 'blank');
    await node.destroy('blank');
  },
);
