import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { LinuxProcesses } from '../src/processes/linux-processes.ts';

const processes = new LinuxProcesses();

test('a process is known by pid and start time', async () => {
  const own = await processes.identify(process.pid);
  expect(own?.pid).toBe(process.pid);
  if (own === null) return;
  expect(await processes.isAlive(own)).toBe(true);
  expect(await processes.isAlive({ ...own, startTime: own.startTime - 1 })).toBe(false);
  const uptime = await processes.uptimeMs(own);
  expect(Math.abs((uptime ?? 0) - process.uptime() * 1_000)).toBeLessThan(1_500);
});

test('a signal reaches that process only, real-time signals too', async () => {
  const child = spawn('sleep', ['30']);
  await once(child, 'spawn');
  const identity = await processes.identify(child.pid ?? 0);
  if (identity === null) throw new Error('sleep has no identity');
  expect(await processes.signal({ ...identity, startTime: identity.startTime + 1 }, 9)).toBe(false);
  expect(await processes.isAlive(identity)).toBe(true);
  await expect(processes.signal(identity, 999)).rejects.toMatchObject({ code: 'EINVAL' });
  const ended = once(child, 'exit');
  const exited = processes.exited(identity);
  expect(await processes.signal(identity, 38)).toBe(true);
  await exited;
  await ended;
  expect(await processes.isAlive(identity)).toBe(false);
  expect(await processes.signal(identity, 9)).toBe(false);
  expect(await processes.uptimeMs(identity)).toBeNull();
  await processes.exited(identity);
});

test('a signal is heeded by who catches it or keeps it back, not by who ignores it or never heard of it', async () => {
  // SIGUSR1 10 is caught, SIGUSR2 12 ignored, SIGTERM 15 kept back, a real-time signal 37 as it was
  const program = `$SIG{USR1} = sub {}; $SIG{USR2} = 'IGNORE'; use POSIX;
    sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM)); $| = 1; print "set"; sleep 30`;
  const child = spawn('perl', ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const identity = await processes.identify(child.pid ?? 0);
  if (identity === null) throw new Error('perl has no identity');
  const heeded = async (signal: number) => await processes.heeds(identity, signal);
  expect(await Promise.all([10, 12, 15, 37, 64].map(heeded))).toEqual([true, false, true, false, false]);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(await heeded(10)).toBe(false);
});

test('waiting for an end can be given up', async () => {
  const own = await processes.identify(process.pid);
  if (own === null) throw new Error('no identity');
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('enough')), 20);
  await expect(processes.exited(own, { signal: controller.signal })).rejects.toThrow('enough');
});

test('a zombie counts as gone', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  await expect.poll(async () => await processes.identify(pid), { timeout: 10_000 }).toBeNull();
  parent.kill();
});
