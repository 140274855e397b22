import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { NodeInfo, Operation, VeSummary } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, type StartedProgram, startProgram, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

beforeAll(async () => {
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.create({ name: 'off', template: 'busybox' });
  await node.wait('b1');
});

const operations = async () => await node.api.get<readonly Operation[]>('/v1/operations?limit=1000');
const info = async () => await node.api.get<NodeInfo>('/v1/node');
const states = async () =>
  Object.fromEntries(
    (await node.api.get<readonly VeSummary[]>('/v1/ves')).map(({ name, state }) => [name, state]),
  );

function removeDatabase(): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${node.paths.database}${end}`, { force: true });
}

describe('the database', () => {
  test('that is deleted takes the history with it and no VE', async () => {
    const before = { b1: await node.show('b1'), off: await node.show('off') };
    expect((await operations()).length).toBeGreaterThan(1);
    await node.stop();
    removeDatabase();
    await node.start();
    expect(await operations()).toEqual([]);
    expect(await node.show('b1')).toEqual(before.b1);
    expect(await node.show('off')).toEqual(before.off);
    expect(await node.inside('b1', 'echo works')).toBe('works');
    await node.act('start', 'off');
    await node.act('stop', 'off');
  });

  test.each([
    [
      'holds rubbish',
      (path: string) => writeFileSync(path, 'this is no database, and it is quite long. '.repeat(400)),
    ],
    ['is cut off', (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 3000))],
    [
      'has a broken page',
      (path: string) => {
        const bytes = readFileSync(path);
        bytes.fill(0xa5, 4096);
        writeFileSync(path, bytes);
      },
    ],
  ])('that %s is moved aside, and the node goes on', async (_what, damage) => {
    await node.act('start', 'off');
    await node.act('stop', 'off');
    await node.stop();
    damage(node.paths.database);
    for (const end of ['-wal', '-shm']) rmSync(`${node.paths.database}${end}`, { force: true });
    await node.start();
    expect(await states()).toEqual({ b1: 'running', off: 'stopped' });
    expect(node.log()).toContain('insula.db.damaged');
    await node.act('start', 'off');
    await node.act('stop', 'off');
    expect((await operations()).map(({ kind }) => kind)).toEqual(['ve.stop', 've.start']);
  });
});

describe('a daemon that ends', () => {
  /** Somebody who talks with a VE all the time, over one connection. */
  async function talk(): Promise<{ readonly program: StartedProgram; readonly lines: () => number }> {
    await node.inside(
      'b1',
      `nc -l -p 7000 -e sh -c 'while sleep 0.1; do echo tick; done' > /dev/null 2>&1 &`,
    );
    await eventually('it listens', async () => (await node.inside('b1', 'netstat -ltn')).includes(':7000 '));
    const [address = ''] = (await node.show('b1')).addresses;
    const program = startProgram(node.namespace.argv(['busybox', 'nc', address, '7000']));
    return { program, lines: () => program.output().stdout.split('\n').length };
  }

  test('by a stop, a kill -9 or a restart disturbs no VE, nor its connections', async () => {
    await node.inside('b1', 'i=0; while sleep 0.1; do i=$((i+1)); echo $i > /count; done > /dev/null 2>&1 &');
    const { program, lines } = await talk();
    const counter = `${node.paths.pool}/private/${(await node.show('b1')).uuid}/fs/upper/count`;
    const count = () => Number(readFileSync(counter, 'utf8'));
    await eventually('the counter begins', () => existsSync(counter));
    const goesOn = async () => {
      const before = { count: count(), lines: lines() };
      await eventually('the counter goes on', () => count() > before.count + 2);
      await eventually('the connection goes on', () => lines() > before.lines + 2);
    };
    await goesOn();
    const { init } = await node.status('b1');
    await node.stop();
    await goesOn();
    await node.start();
    await goesOn();
    await node.kill9();
    await goesOn();
    await node.start();
    await goesOn();
    expect(await node.status('b1')).toMatchObject({ state: 'running', init });
    expect(program.child.exitCode).toBeNull();
    program.child.kill('SIGKILL');
    await program.ended;
  });

  test('notices at its next start which VE has powered off, crashed or rebooted meanwhile', async () => {
    for (const name of ['down', 'again', 'crash']) {
      const restartPolicy = name === 'crash' ? 'never' : 'on-crash';
      await node.create({ name, template: 'busybox', restartPolicy, start: true });
      await node.wait(name);
    }
    const before = new Map<string, number>();
    for (const name of ['down', 'again', 'crash']) before.set(name, (await node.status(name)).init ?? 0);
    await node.inside('down', '(sleep 2; poweroff) > /dev/null 2>&1 &');
    await node.inside('again', '(sleep 2; reboot) > /dev/null 2>&1 &');
    await node.stop();
    process.kill(before.get('crash') ?? 0, 'SIGKILL');
    await eventually('all have ended', () => [...before.values()].every((pid) => !isAlive(pid)));
    await node.start();
    await eventually('down is stopped', async () => (await node.status('down')).state === 'stopped');
    expect(await node.status('down')).toMatchObject({ lastExit: { kind: 'poweroff' } });
    await eventually('crash is stopped', async () => (await node.status('crash')).state === 'stopped');
    expect(await node.status('crash')).toMatchObject({ lastExit: { kind: 'crash' } });
    const again = await eventually('again runs', async () => {
      const status = await node.status('again');
      return status.state === 'running' && status.init !== before.get('again') && status.transition === null
        ? status
        : undefined;
    });
    expect(again).toMatchObject({ lastExit: { kind: 'reboot' } });
    expect(await node.inside('again', 'echo back')).toBe('back');
    for (const name of ['down', 'again', 'crash']) await node.destroy(name);
  });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a second daemon with the same configuration refuses and disturbs nothing', async () => {
  const { DaemonProcess } = await import('../harness/daemon-process.ts');
  const second = new DaemonProcess({ paths: node.paths, namespace: node.namespace, env: {} });
  expect(await second.exited()).toMatchObject({ code: 1 });
  expect(second.logTail()).toContain('another insulad');
  expect(await states()).toEqual({ b1: 'running', off: 'stopped' });
  expect(await node.inside('b1', 'echo works')).toBe('works');
  expect(await node.runOnNode('nft', 'list', 'table', 'inet', node.config.network.table)).toContain('10.');
});

describe('a private area', () => {
  const spec = async () => `${(await node.show('broken')).privateArea}/ve.json`;

  test.each([
    ['no JSON', (text: string) => text.slice(0, 100)],
    ['another format', (text: string) => text.replace('"format": 1', '"format": 99')],
    ['an unknown field', (text: string) => text.replace('"format": 1', '"format": 1, "surprise": true')],
    ['the UUID of another', (text: string) => text.replace(/"uuid": "."/, '"uuid": "f')],
    ['the name of another VE', (text: string) => text.replace('"name": "broken"', '"name": "b1"')],
  ])('whose ve.json has %s is reported, left alone, and back when it is repaired', async (_what, damage) => {
    await node.create({ name: 'broken', template: 'busybox' });
    const path = await spec();
    const good = readFileSync(path, 'utf8');
    const bad = damage(good);
    if (bad === good) writeFileSync(path, good.replace(/"uuid": "[^"]*"/, '"uuid": "x"'));
    else writeFileSync(path, bad);
    const left = readFileSync(path, 'utf8');
    await node.restart();
    expect(await states()).toEqual({ b1: 'running', off: 'stopped' });
    const { unreadable } = await info();
    expect(unreadable).toHaveLength(1);
    expect(path).toContain(unreadable[0]?.path);
    const shown = await node.insula(['node', 'show']);
    expect(shown.stdout).toContain(unreadable[0]?.path);
    expect(readFileSync(path, 'utf8')).toBe(left);
    writeFileSync(path, good);
    await node.restart();
    expect(await states()).toEqual({ b1: 'running', off: 'stopped', broken: 'stopped' });
    expect((await info()).unreadable).toEqual([]);
    await node.destroy('broken');
  });
});
