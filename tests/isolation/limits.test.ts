import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, groupsNamed, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });
const megabyte = 1_048_576;

beforeAll(async () => {
  await node.create({ name: 'd1', parameters: { physpages: 128 * megabyte, numproc: 200 }, start: true });
  await node.wait('d1');
});

/** What a control file of the VE's own group says, on a host of either kind. */
async function control(ve: string, ...names: readonly string[]): Promise<string> {
  const { ctid } = await node.show(ve);
  for (const group of groupsNamed(node.config.cgroupParent)) {
    for (const name of names) {
      try {
        return readFileSync(`${group}/ve/${ctid}/${name}`, 'utf8').trim();
      } catch {
        // another hierarchy has it
      }
    }
  }
  throw new Error(`no ${names.join(' or ')} of ${ve}`);
}

const set = async (ve: string, parameters: Record<string, number | string | null>) =>
  await node.api.perform('PATCH', `/v1/ves/${ve}`, { parameters });

/** Takes so much memory inside, and answers whether it got it. */
async function takes(ve: string, megabytes: number): Promise<boolean> {
  const script = `my $x = ""; vec($x, ${megabytes} * 1048576 - 1, 8) = 1; print length($x)`;
  const { stdout } = await node.exec(ve, ['perl', '-e', script]);
  return stdout === String(megabytes * megabyte);
}

describe('memory', () => {
  test('a VE gets no more than its limit, and what takes more is killed inside', async () => {
    expect(await control('d1', 'memory.max', 'memory.limit_in_bytes')).toBe(String(128 * megabyte));
    expect(await takes('d1', 10)).toBe(true);
    expect(await takes('d1', 400)).toBe(false);
    expect(await node.inside('d1', 'echo alive')).toBe('alive');
  });

  test('a higher limit holds at once, and so does none', async () => {
    await set('d1', { physpages: 512 * megabyte });
    expect(await takes('d1', 300)).toBe(true);
    await set('d1', { ram: 'unlimited' });
    expect(await takes('d1', 600)).toBe(true);
    await set('d1', { ram: null });
    expect((await node.show('d1')).parameters).not.toHaveProperty('physpages');
  });

  test('a limit below what is in use is refused, names the parameter, and changes nothing', async () => {
    await set('d1', { physpages: 512 * megabyte });
    const hog = await node.openExec('d1', {
      command: ['perl', '-e', '$| = 1; my $x = ""; vec($x, 200 * 1048576, 8) = 1; print "taken"; sleep 600'],
    });
    await hog.shows('taken');
    const before = await node.show('d1');
    const operation = await node.api.attempt('PATCH', '/v1/ves/d1', {
      parameters: { physpages: 20 * megabyte },
    });
    if (operation.state === 'failed') {
      expect(operation.error).toMatchObject({
        code: 'invalid_parameter',
        details: { parameter: 'physpages' },
      });
      expect(await node.show('d1')).toEqual(before);
      expect(await control('d1', 'memory.max', 'memory.limit_in_bytes')).toBe(String(512 * megabyte));
    } else {
      // cgroup v2 takes the limit and kills instead
      expect((await node.show('d1')).parameters).toMatchObject({ physpages: 20 * megabyte });
      await set('d1', { physpages: 512 * megabyte });
    }
    hog.vanish();
  });
});

describe('processes', () => {
  test('a VE cannot have more than its limit, whoever asks', async () => {
    await set('d1', { numproc: 60 });
    const { stdout, stderr } = await node.exec(
      'd1',
      'for i in $(seq 200); do sleep 300 >/dev/null 2>&1 & done; echo all',
    );
    expect(`${stdout}${stderr}`).toMatch(/Cannot fork|Resource temporarily unavailable|retry/i);
    expect(stdout).toBe('');
    // the full VE can still be entered, which is what its administrator needs then
    expect(await node.exec('d1', ['pkill', '-9', 'sleep'])).toMatchObject({ code: 0 });
  });

  test('a higher limit holds at once', async () => {
    await set('d1', { numproc: 600 });
    const { stdout } = await node.exec(
      'd1',
      'for i in $(seq 200); do sleep 300 >/dev/null 2>&1 & done; echo all',
    );
    expect(stdout).toBe('all\n');
    await node.inside('d1', ['pkill', '-9', 'sleep']);
  });

  test('a fork bomb stays inside, and the VE can be killed', async () => {
    await node.create({ name: 'bomb', template: 'busybox', parameters: { numproc: 100 }, start: true });
    await node.wait('bomb');
    const bomb = await node.openExec('bomb', { command: ['sh', '-c', 'b() { b | b & }; b; sleep 100'] });
    await eventually('the limit is reached', async () => Number(await control('bomb', 'pids.current')) >= 95);
    expect(await node.inside('d1', 'echo elsewhere')).toBe('elsewhere');
    await node.act('kill', 'bomb');
    expect(await node.status('bomb')).toMatchObject({ state: 'stopped' });
    await bomb.closed;
    await node.destroy('bomb');
  });
});

describe('processor', () => {
  test('a cap throttles a VE, and can be lifted at once', async () => {
    await set('d1', { cpulimit: 20, cpuunits: 500 });
    expect(await control('d1', 'cpu.max', 'cpu.cfs_quota_us')).toMatch(/^20000( 100000)?$/);
    expect(await control('d1', 'cpu.weight', 'cpu.shares')).toMatch(/^(50|512)$/);
    const busy = await node.openExec('d1', { command: ['sh', '-c', 'while :; do :; done'] });
    const throttled = async () => Number(/nr_throttled (\d+)/.exec(await control('d1', 'cpu.stat'))?.[1]);
    await eventually('it is throttled', async () => (await throttled()) > 3);
    await set('d1', { cpulimit: 'unlimited', cpuunits: null });
    expect(await control('d1', 'cpu.max', 'cpu.cfs_quota_us')).toMatch(/^(max 100000|-1)$/);
    busy.vanish();
  });
});

describe('limits and the life of a VE', () => {
  test('limits set while a VE is stopped hold from its start, and survive restarts of VE and daemon', async () => {
    await node.create({ name: 'b1', template: 'busybox' });
    await set('b1', { physpages: 64 * megabyte, numproc: 50 });
    await node.act('start', 'b1');
    const holds = async () => {
      expect(await control('b1', 'memory.max', 'memory.limit_in_bytes')).toBe(String(64 * megabyte));
      expect(await control('b1', 'pids.max')).toBe('50');
    };
    await holds();
    await node.act('restart', 'b1');
    await holds();
    await node.restart();
    await holds();
    expect((await node.show('b1')).parameters).toEqual({ physpages: 64 * megabyte, numproc: 50 });
  });

  test('of several parameters all are changed or none', async () => {
    const before = await node.show('b1');
    const problem = await node.api.refused('PATCH', '/v1/ves/b1', {
      parameters: { numproc: 300, cpulimit: 0 },
    });
    expect(problem).toMatchObject({ code: 'invalid_parameter', details: { parameter: 'cpulimit' } });
    expect(await node.show('b1')).toEqual(before);
    expect(await control('b1', 'pids.max')).toBe('50');
  });

  test('a VE cannot lift its limits from inside', async () => {
    const before = await control('b1', 'memory.max', 'memory.limit_in_bytes');
    await node.exec(
      'b1',
      'for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max /sys/fs/cgroup/cgroup.procs; do echo max > $f; echo 1 > $f; done; mount -t cgroup -o memory none /mnt; mount -t cgroup2 none /mnt && echo max > /mnt/memory.max',
    );
    expect(await control('b1', 'memory.max', 'memory.limit_in_bytes')).toBe(before);
    expect(await control('b1', 'pids.max')).toBe('50');
  });

  test('amounts with units are understood on the command line under both names', async () => {
    expect(await node.insula(['set', 'b1', '--ram', '96M', '--cpulimit', '150%'])).toMatchObject({ code: 0 });
    expect((await node.show('b1')).parameters).toMatchObject({ physpages: 96 * megabyte, cpulimit: 150 });
    const wrong = await node.insula(['set', 'b1', '--ram', '96 elephants']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('96 elephants');
  });
});
