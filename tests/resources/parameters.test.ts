import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import type { Beancounter, Operation, ParameterUse } from '@insula/contract';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12'] });
const mebibyte = 2 ** 20;

beforeAll(async () => {
  await node.create({ name: 'r1', start: true, parameters: { physpages: 300 * mebibyte, numproc: 400 } });
  await node.wait('r1');
});

const isV2 = () => !existsSync('/sys/fs/cgroup/memory');

/** A file of the VE's outer group; the first name is that of v2. */
async function groupFile(controller: string, v2: string, v1: string): Promise<string> {
  const { ctid } = await node.show('r1');
  const group = `${node.config.cgroupParent}/ve/${ctid}`;
  return readFileSync(
    isV2() ? `/sys/fs/cgroup/${group}/${v2}` : `/sys/fs/cgroup/${controller}/${group}/${v1}`,
    'utf8',
  ).trim();
}

async function set(...args: readonly string[]): Promise<void> {
  expect(await node.insula(['set', 'r1', ...args])).toMatchObject({ code: 0, stderr: '' });
}

async function use(parameter: string): Promise<ParameterUse> {
  const all = await node.api.get<readonly ParameterUse[]>('/v1/ves/r1/limits');
  const found = all.find((row) => row.parameter === parameter);
  if (found === undefined) throw new Error(`no ${parameter}`);
  return found;
}

describe('limits that processes and namespaces carry', () => {
  test('open files: no process has more than the limit, at once where the host can raise it again', async () => {
    const isPrivileged =
      Number(`0x${/^CapEff:\s+(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]}`) % 2 ** 25 >=
      2 ** 24;
    const live = await node.insula(['set', 'r1', '--numfile', '100']);
    if (!isPrivileged) {
      expect(live).toMatchObject({ code: 8 });
      expect(live.stderr).toContain('numfile cannot be changed while the VE runs');
      await node.act('stop', 'r1');
      await set('--numfile', '100');
      await node.act('start', 'r1');
      await node.wait('r1');
    }
    expect(await node.inside('r1', 'ulimit -Hn')).toBe('100');
    const { init } = await node.status('r1');
    expect(readFileSync(`/proc/${init}/limits`, 'utf8')).toMatch(/Max open files +100 +100/);
    const many =
      'i=3; while [ $i -lt 300 ]; do eval "exec $i</dev/null" || exit 9; i=$((i+1)); done; echo all';
    expect((await node.exec('r1', ['bash', '-c', many])).stdout).toBe('');
    // what the host set, root inside cannot raise
    expect((await node.exec('r1', 'ulimit -Hn 1048576 && echo raised')).stdout).toBe('');
    if (!isPrivileged) await node.act('stop', 'r1');
    await set('--numfile', 'default');
    if (!isPrivileged) await node.act('start', 'r1');
    await node.wait('r1');
    expect(Number(await node.inside('r1', 'ulimit -Hn'))).toBeGreaterThan(100);
  });

  test('terminals: no more are opened than there may be', async () => {
    await set('--numpty', '3');
    const open = `perl -e 'for (1..8) { sysopen($f[$_], "/dev/ptmx", 2) or do { print $_ - 1; exit }; } print 8'`;
    expect(Number(await node.inside('r1', open))).toBeLessThanOrEqual(3);
    await set('--numpty', '50');
    expect(await node.inside('r1', open)).toBe('8');
    expect((await use('numpty')).limit).toBe(50);
  });

  test('shared objects and inotify are limited in namespaces of the VE, live and at the next start', async () => {
    await set('--nummsg', '7', '--numshm', '9', '--numsem', '11', '--numwatch', '5000', '--shmpages', '64M');
    const settings =
      'cat /proc/sys/kernel/msgmni /proc/sys/kernel/shmmni /proc/sys/user/max_inotify_watches /proc/sys/kernel/shmall';
    const expected = ['7', '9', '5000', '16384'];
    expect((await node.inside('r1', settings)).split('\n')).toEqual(expected);
    expect(await node.inside('r1', 'cut -f4 /proc/sys/kernel/sem')).toBe('11');
    const queues = `perl -e '$n = 0; for (1..12) { defined msgget($_, 01666) ? $n++ : last } print $n'`;
    expect(await node.inside('r1', queues)).toBe('7');
    expect(readFileSync('/proc/sys/kernel/msgmni', 'utf8').trim()).not.toBe('7');
    await node.act('restart', 'r1');
    await node.wait('r1');
    expect((await node.inside('r1', settings)).split('\n')).toEqual(expected);
    await set(
      '--nummsg',
      'default',
      '--numshm',
      'default',
      '--numsem',
      'default',
      '--numwatch',
      'default',
      '--shmpages',
      'default',
    );
    expect(await node.inside('r1', 'cat /proc/sys/kernel/msgmni')).toBe('32000');
  });

  test('a process that nobody gave another score has that of the VE', async () => {
    await set('--oomscore', '250');
    const { init } = await node.status('r1');
    expect(readFileSync(`/proc/${init}/oom_score_adj`, 'utf8').trim()).toBe('250');
    await set('--oomscore', 'default');
    expect(readFileSync(`/proc/${init}/oom_score_adj`, 'utf8').trim()).toBe('0');
  });
});

describe('processors and disks', () => {
  test('a VE sees and uses as many processors as it has, and no absent ones are taken', async () => {
    await set('--cpus', '1');
    expect(await node.inside('r1', 'nproc')).toBe('1');
    expect((await groupFile('cpu', 'cpu.max', 'cpu.cfs_quota_us')).split(' ')[0]).toBe('100000');
    await set('--cpus', 'unlimited');
    expect(Number(await node.inside('r1', 'nproc'))).toBeGreaterThan(1);
    await set('--cpumask', '0');
    expect(await groupFile('cpuset', 'cpuset.cpus', 'cpuset.cpus')).toBe('0');
    await set('--cpumask', 'all');
    const absent = await node.insula(['set', 'r1', '--cpumask', '0,900']);
    expect(absent).toMatchObject({ code: 2 });
    expect(absent.stderr).toContain('cpumask: the node has no processor 900');
  });

  test('direct writes are as fast as they may be, where the pool is on a disk', async () => {
    if (execFileSync('stat', ['-f', '-c', '%T', node.config.pool], { encoding: 'utf8' }).trim() === 'tmpfs') {
      const refused = await node.insula(['set', 'r1', '--iolimit', '20M']);
      expect(refused).toMatchObject({ code: 8 });
      expect(refused.stderr).toContain('this host lacks a pool on a disk: iolimit cannot be limited');
      return;
    }
    await set('--iolimit', '20M');
    const rates = await groupFile('blkio', 'io.max', 'blkio.throttle.write_bps_device');
    expect(rates).toContain(String(20 * mebibyte));
    await set('--iolimit', 'unlimited');
    expect(await groupFile('blkio', 'io.max', 'blkio.throttle.write_bps_device')).not.toContain('20971520');
  });

  test('saved CPU time and shares are live', async () => {
    await set('--cpulimit', '50%', '--cpuburst', '40%', '--cpuunits', '3000');
    expect(await groupFile('cpu', 'cpu.max.burst', 'cpu.cfs_burst_us')).toBe('40000');
    await set('--cpulimit', '40%');
    expect((await groupFile('cpu', 'cpu.max', 'cpu.cfs_quota_us')).split(' ')[0]).toBe('40000');
    await set('--cpulimit', 'default', '--cpuburst', 'default', '--cpuunits', 'default');
    expect(await groupFile('cpu', 'cpu.max.burst', 'cpu.cfs_burst_us')).toBe('0');
  });
});

describe('counters', () => {
  test('what is held, the most that was, and what was refused are told, for every parameter', async () => {
    const { stdout } = await node.insula(['limits', 'r1', '--json']);
    const rows = JSON.parse(stdout) as readonly ParameterUse[];
    expect(rows.length).toBeGreaterThan(40);
    for (const { parameter, state, note } of rows)
      expect([parameter, note === '']).toEqual([parameter, state === 'limited']);
    const memory = await use('physpages');
    expect(memory.held).toBeGreaterThan(mebibyte);
    expect(memory.maxheld).toBeGreaterThanOrEqual(memory.held ?? 0);
    expect(memory).toMatchObject({ limit: 300 * mebibyte, state: 'limited' });
    for (const name of ['numproc', 'numfile', 'numothersock', 'kmemsize'])
      expect((await use(name)).held, name).toBeGreaterThan(0);
    expect(await use('numflock')).toMatchObject({ state: 'accounted' });
    expect((await node.insula(['limits', 'r1'])).stdout).toMatch(/physpages +[\d.]+M/);
  });

  test('a program that was refused memory or processes shows in failcnt', async () => {
    const before = await use('physpages');
    await node.exec('r1', 'head -c 600000000 /dev/zero | tail -c 600000000 | wc -c');
    const after = await use('physpages');
    expect(after.failcnt).toBeGreaterThan(before.failcnt ?? 0);
    expect((await use('oomguarpages')).failcnt).toBeGreaterThan(0);
    expect(await node.inside('r1', 'systemctl is-system-running --wait || true')).toMatch(/running|degraded/);
    await set('--numproc', '60');
    await node.exec('r1', 'for i in $(seq 200); do sleep 5 >/dev/null 2>&1 & done');
    // there is no room for whoever would end them
    await eventually('they are gone', async () => (await node.exec('r1', ['true'])).code === 0);
    expect((await use('numproc')).failcnt).toBeGreaterThan(0);
    await set('--numproc', '400');
  });

  test('beancounters are those of OpenVZ', async () => {
    const rows = await node.api.get<readonly Beancounter[]>('/v1/beancounters?ve=r1');
    expect(rows).toHaveLength(24);
    const memory = rows.find(({ resource }) => resource === 'physpages');
    expect(memory).toMatchObject({ limit: String((300 * mebibyte) / 4096) });
    expect((await node.insula(['ubc'])).stdout).toMatch(
      /UID +RESOURCE +HELD +MAXHELD +BARRIER +LIMIT +FAILCNT/,
    );
  });
});

describe('what is refused', () => {
  test.each([
    [['--numproc', '200:100'], 'numproc: the barrier of 200:100 is above its limit'],
    [['--numproc=-5'], 'numproc'],
    [['--ram', '99999999999T'], 'ram'],
    [['--numproc', '5M'], 'suffix "M" does not fit'],
    [['--cpumask', '3-1'], '3-1 runs backwards'],
    [['--vmguarpages', '4G', '--ram', '300M'], 'vmguarpages: 4G is above physpages'],
    [['--memguarantee', '900T', '--ram', 'unlimited'], 'asks for a guarantee'],
    [['--cpuguarantee', '90000%'], 'asks for a guarantee'],
    [['--hugepages', '64M'], 'hugetlb'],
  ])('%j', async (args, message) => {
    const before = await node.show('r1');
    const { code, stderr } = await node.insula(['set', 'r1', ...args]);
    if (code === 0 && args[0] === '--hugepages') return;
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
    expect((await node.show('r1')).parameters).toEqual(before.parameters);
  });

  test('an unknown parameter is told the nearest', async () => {
    const problem = await node.api.refused('PATCH', '/v1/ves/r1', { parameters: { phypages: 1 } });
    expect(problem.detail).toContain('did you mean physpages?');
    const twice = await node.api.refused('PATCH', '/v1/ves/r1', {
      parameters: { ram: 2 ** 28, physpages: 2 ** 29 },
    });
    expect(twice.detail).toContain('given twice');
  });

  test('a dry run says what would be refused and why, and a forced promise stands in the history', async () => {
    const wish = { parameters: { vmguarpages: 900 * 2 ** 40, physpages: 'unlimited' } };
    const dry = await node.api.refused('PATCH', '/v1/ves/r1?dryRun=true', wish);
    expect(dry.code).toBe('overcommitted');
    const small = { parameters: { cpuguarantee: 10_000 } };
    const forced = await node.api.perform('PATCH', '/v1/ves/r1?force=true', small);
    const { log } = await node.api.get<Operation>(`/v1/operations/${forced.id}`);
    expect(log.join('\n')).toContain('forced: CPU time of 10000% of a core is promised');
    await set('--cpuguarantee', 'default');
  });
});

describe('for one run alone', () => {
  test('parameters hold until the VE stops, over a restart of the daemon, and nothing is saved', async () => {
    await set('--numproc', '222', '--runtime');
    const inForce = async () => await groupFile('pids', 'pids.max', 'pids.max');
    expect(await inForce()).toBe('222');
    expect((await node.show('r1')).parameters).toMatchObject({ numproc: 400 });
    await node.restart();
    await set('--cpuunits', '2000');
    expect(await inForce()).toBe('222');
    await node.act('restart', 'r1');
    expect(await inForce()).toBe('400');
    await node.act('stop', 'r1');
    expect(await node.insula(['set', 'r1', '--numproc', '222', '--runtime'])).toMatchObject({ code: 4 });
    await node.act('start', 'r1');
    await eventually('it runs', async () => (await node.status('r1')).state === 'running');
  });
});
