import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['busybox'] });

const mebibyte = 2 ** 20;

beforeAll(async () => {
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.wait('b1');
});

/** A file of the VE's outer group, under whichever hierarchy this kernel has it; the first name is that of v2. */
async function groupFile(ve: string, controller: string, v2: string, v1: string): Promise<string> {
  const { ctid } = await node.show(ve);
  const group = `${node.config.cgroupParent}/ve/${ctid}`;
  const old = `/sys/fs/cgroup/${controller}/${group}/${v1}`;
  return readFileSync(existsSync(old) ? old : `/sys/fs/cgroup/${group}/${v2}`, 'utf8').trim();
}

const memoryOf = async (ve: string) => await groupFile(ve, 'memory', 'memory.max', 'memory.limit_in_bytes');
const processesOf = async (ve: string) => await groupFile(ve, 'pids', 'pids.max', 'pids.max');
/** Microseconds of CPU time in 100 ms. */
const quotaOf = async (ve: string) =>
  (await groupFile(ve, 'cpu', 'cpu.max', 'cpu.cfs_quota_us')).split(' ')[0];

async function set(...args: readonly string[]): Promise<void> {
  expect(await node.insula(['set', 'b1', ...args])).toMatchObject({ code: 0, stderr: '' });
}

/** Holds as many bytes in the memory of the VE, then says so. */
const hold = (bytes: number) => `head -c ${bytes} /dev/zero | tail -c ${bytes} | wc -c`;

describe('memory', () => {
  test('a program that wants more than the VE may have dies in it, and the VE lives', async () => {
    await set('--ram', '64M');
    expect(await memoryOf('b1')).toBe(String(64 * mebibyte));
    const { init } = await node.status('b1');
    const bomb = await node.exec('b1', hold(200 * mebibyte));
    expect(bomb.stdout.trim()).not.toBe(String(200 * mebibyte));
    expect(await node.status('b1')).toMatchObject({ state: 'running', init });
    expect(await node.inside('b1', 'echo alive')).toBe('alive');
  });

  test('a higher limit holds at once, without a restart', async () => {
    const { init } = await node.status('b1');
    await set('--ram', '400M');
    expect(await node.inside('b1', hold(100 * mebibyte))).toBe(String(100 * mebibyte));
    expect(await node.status('b1')).toMatchObject({ init });
  });

  test('files in memory count as well', async () => {
    await set('--ram', '64M');
    // all in one: a VE that is full has no room for another command
    const fill =
      'dd if=/dev/zero of=/dev/shm/big bs=1M count=200 2> /dev/null; stat -c %s /dev/shm/big; rm /dev/shm/big';
    expect(Number(await node.inside('b1', fill))).toBeLessThan(70 * mebibyte);
    expect(await node.status('b1')).toMatchObject({ state: 'running' });
  });
});

describe('processes', () => {
  test('no more are forked than the limit allows, and it can be raised', async () => {
    await set('--numproc', '32');
    expect(await processesOf('b1')).toBe('32');
    const fork = 'for i in $(seq 60); do sleep 20 & done; wait';
    const { stderr } = await node.exec('b1', fork);
    expect(stderr).toMatch(/can't fork/);
    await set('--numproc', '200');
    await node.exec('b1', 'killall sleep');
    const many = 'for i in $(seq 60); do sleep 0.1 & done; wait';
    expect(await node.exec('b1', many)).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('CPU time', () => {
  test('a VE gets no more than its share of a core', async () => {
    await set('--cpulimit', '20%');
    expect(await quotaOf('b1')).toBe('20000');
    const { ctid } = await node.show('b1');
    const group = `${node.config.cgroupParent}/ve/${ctid}`;
    const usedMilliseconds = () => {
      const old = `/sys/fs/cgroup/cpuacct/${group}/cpuacct.usage`;
      if (existsSync(old)) return Number(readFileSync(old, 'utf8')) / 1e6;
      const text = readFileSync(`/sys/fs/cgroup/${group}/cpu.stat`, 'utf8');
      return Number(/^usage_usec (\d+)/m.exec(text)?.[1]) / 1000;
    };
    const busy = node.exec('b1', 'timeout 3 sh -c "while :; do :; done"; timeout 1 true');
    await eventually('the loop runs', () => usedMilliseconds() > 0);
    const began = performance.now();
    const before = usedMilliseconds();
    await busy;
    // one period more may have been given out in advance
    expect(usedMilliseconds() - before).toBeLessThan((performance.now() - began) * 0.2 + 100);
    await set('--cpulimit', 'unlimited');
    expect(await quotaOf('b1')).toMatch(/^(?:-1|max)$/);
  });
});

describe('a set of several limits', () => {
  test('changes all, or none when one of them is refused', async () => {
    await set('--ram', '128M', '--numproc', '100', '--cpulimit', '50%', '--cpuunits', '500');
    const before = [await memoryOf('b1'), await processesOf('b1'), await quotaOf('b1')];
    expect(before).toEqual([String(128 * mebibyte), '100', '50000']);
    const { parameters } = await node.show('b1');
    for (const refused of [
      ['--ram', '256M', '--numproc', '3'],
      ['--ram', '1K', '--cpulimit', '70%'],
      ['--cpulimit', '70%', '--cpuunits', 'unlimited'],
    ]) {
      const { code, stderr } = await node.insula(['set', 'b1', ...refused]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/numproc|physpages|ram|cpuunits/);
    }
    expect([await memoryOf('b1'), await processesOf('b1'), await quotaOf('b1')]).toEqual(before);
    expect((await node.show('b1')).parameters).toEqual(parameters);
  });

  test('a memory limit below what is in use is refused or reclaimed, never half set', async () => {
    await set('--ram', '200M', '--numproc', '100');
    await node.inside('b1', 'dd if=/dev/zero of=/dev/shm/big bs=1M count=100 2> /dev/null');
    const { code, stderr } = await node.insula(['set', 'b1', '--ram', '32M', '--numproc', '90']);
    const values = [await memoryOf('b1'), await processesOf('b1')];
    if (code === 0) expect(values).toEqual([String(32 * mebibyte), '90']);
    else {
      expect(stderr).toContain('physpages');
      expect(values).toEqual([String(200 * mebibyte), '100']);
      expect((await node.show('b1')).parameters).toMatchObject({ numproc: 100 });
    }
    expect(await node.status('b1')).toMatchObject({ state: 'running' });
    await node.exec('b1', 'rm -f /dev/shm/big');
  });
});

describe('limits last', () => {
  const limits = async () => [await memoryOf('b1'), await processesOf('b1'), await quotaOf('b1')];

  test('over a restart of the daemon and of the VE, and those set while it was stopped hold at its start', async () => {
    await set('--ram', '96M', '--numproc', '64', '--cpulimit', '80%');
    const wanted = [String(96 * mebibyte), '64', '80000'];
    await node.restart();
    expect(await limits()).toEqual(wanted);
    await node.kill9();
    await node.start();
    expect(await limits()).toEqual(wanted);
    await node.act('restart', 'b1');
    expect(await limits()).toEqual(wanted);
    await node.act('stop', 'b1');
    await set('--numproc', '77');
    await node.act('start', 'b1');
    expect(await limits()).toEqual([wanted[0], '77', wanted[2]]);
  });

  test('the VE cannot lift them from inside', async () => {
    await node.wait('b1');
    const inside = 'cd /sys/fs/cgroup; for f in memory.max pids.max cpu.max; do echo max > $f; done; true';
    await node.exec('b1', inside);
    expect((await limits())[1]).toBe('77');
    const remount = 'mkdir /mnt/c && mount -t cgroup -o pids x /mnt/c && echo max > /mnt/c/../pids.max';
    await node.exec('b1', remount);
    expect((await limits())[1]).toBe('77');
  });
});
