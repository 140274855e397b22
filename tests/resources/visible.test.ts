import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { cpus } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, useNode } from '../harness/index.ts';

const mebibyte = 2 ** 20;
const lxcfs = mkdtempSync('/run/insula-test-lxcfs-');
let daemon: ChildProcess | undefined;

/** An lxcfs of its own; the machine's may not run, and is not the test's to end. */
async function startLxcfs(): Promise<void> {
  daemon = spawn('lxcfs', ['-f', '--pidfile', `${lxcfs}.pid`, lxcfs], { stdio: 'ignore' });
  await eventually('lxcfs answers', () => existsSync(`${lxcfs}/proc/meminfo`));
}

async function endLxcfs(): Promise<void> {
  if (daemon?.exitCode === null && daemon.signalCode === null) {
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
  }
  spawnSync('umount', ['--lazy', lxcfs], { stdio: 'ignore' });
}

await startLxcfs();
const node = useNode({ templates: ['debian-12'], config: { lxcfs } });

beforeAll(async () => {
  await node.create({
    name: 'v1',
    start: true,
    parameters: { physpages: 256 * mebibyte, cpus: 1, cpulimit: 50 },
  });
  await node.wait('v1');
});

afterAll(async () => {
  await endLxcfs();
  rmdirSync(lxcfs);
  execFileSync('rm', ['-f', `${lxcfs}.pid`]);
});

test('a VE sees its own memory, processors and uptime', async () => {
  expect(await node.inside('v1', "awk '/^MemTotal/ {print $2}' /proc/meminfo")).toBe(String(256 * 1024));
  const used = Number(await node.inside('v1', "free -m | awk '/^Mem/ {print $3}'"));
  expect(used).toBeLessThan(200);
  expect(await node.inside('v1', 'nproc')).toBe('1');
  expect(await node.inside('v1', 'grep -c ^processor /proc/cpuinfo')).toBe('1');
  expect(await node.inside('v1', 'cat /sys/devices/system/cpu/online')).toMatch(/^\d+$/);
  const uptime = Number((await node.inside('v1', 'cut -d" " -f1 /proc/uptime')).split('.')[0]);
  expect(uptime).toBeLessThan(Number(readFileSync('/proc/uptime', 'utf8').split('.')[0]));
  for (const file of ['stat', 'loadavg', 'swaps', 'diskstats'])
    expect(await node.exec('v1', ['cat', `/proc/${file}`]), file).toMatchObject({ code: 0 });
});

test('more memory and processors are seen at once', async () => {
  expect(
    await node.insula(['set', 'v1', '--ram', '300M', '--cpus', 'unlimited', '--cpulimit', 'unlimited']),
  ).toMatchObject({ code: 0 });
  expect(await node.inside('v1', "awk '/^MemTotal/ {print $2}' /proc/meminfo")).toBe(String(300 * 1024));
  expect(await node.inside('v1', 'nproc')).toBe(String(cpus().length));
});

test('an lxcfs that died and came again breaks no VE: it goes on, and sees its own again', async () => {
  const { init } = await node.status('v1');
  await endLxcfs();
  expect(await node.exec('v1', ['true'])).toMatchObject({ code: 0 });
  await startLxcfs();
  await eventually('its own memory is seen again', async () => {
    const { stdout } = await node.exec('v1', "awk '/^MemTotal/ {print $2}' /proc/meminfo");
    return stdout.trim() === String(300 * 1024);
  });
  expect(await node.inside('v1', 'nproc')).toBe(String(cpus().length));
  expect(await node.status('v1')).toMatchObject({ state: 'running', init });
});

test('without lxcfs a VE starts all the same', async () => {
  await endLxcfs();
  await node.act('restart', 'v1');
  await node.wait('v1');
  expect(await node.exec('v1', ['free'])).toMatchObject({ code: 0 });
});
