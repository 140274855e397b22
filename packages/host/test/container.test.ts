import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ConmonExit } from '../src/index.ts';
import { CommandFailed } from '../src/index.ts';
import { prepareContainer } from './busybox-container.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const { makeTemporary, cleanUp } = temporaryDirectories();
const patience = { timeout: 10_000, interval: 20 };

test('a container is created, started, found, paused, and its exit is noted', async () => {
  const container = await prepareContainer(
    cleanUp,
    await makeTemporary(),
    'echo up; id -u; read line; exit 7',
  );
  const { host, id, exitDir, logPath } = container;
  const told: ConmonExit[] = [];
  const watch = await host.conmon.watchExits(exitDir, (exit) => told.push(exit));
  expect(await host.runc.state(id)).toBeNull();
  expect(await host.conmon.readExit(exitDir, id)).toBeNull();

  const { pid, conmonPid } = await container.create();
  expect(await host.runc.state(id)).toMatchObject({ id, status: 'created', pid });
  expect(await host.runc.list()).toEqual([id]);
  expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain('/ve/payload');
  expect(readFileSync(`/proc/${conmonPid}/cgroup`, 'utf8')).toContain('/monitor');
  expect(await host.cgroups.processes(container.cgroup)).toEqual([pid]);

  await host.runc.start(id, pid);
  await expect
    .poll(async () => (await host.consoleLogs.readTail(logPath, { tailBytes: 100 })).toString(), patience)
    .toBe('up\r\n0\r\n');
  await host.runc.pause(id);
  expect((await host.runc.state(id))?.status).toBe('paused');
  expect(await host.cgroups.isFrozen(`${container.cgroup}/payload`)).toBe(true);
  await host.runc.resume(id);

  const input = await host.consoles.open({ bundle: container.bundle });
  await input.send(Buffer.from('go\n'));
  input.close();
  await expect.poll(() => told, patience).toMatchObject([{ id, status: 7 }]);
  expect(await host.conmon.readExit(exitDir, id)).toEqual(told[0]);
  expect((await host.runc.state(id))?.status).toBe('stopped');
  await host.runc.delete(id);
  await host.runc.delete(id);
  await host.conmon.removeExit(exitDir, id);
  expect(await host.conmon.readExit(exitDir, id)).toBeNull();
  watch.close();
});

test('a start that was cut off after init had gone on is done again without harm', async () => {
  const container = await prepareContainer(cleanUp, await makeTemporary(), 'sleep 600');
  const { host, id, runcRoot } = container;
  const { pid } = await container.create();
  const fifo = join(runcRoot, id, 'exec.fifo');
  expect(readFileSync(fifo, 'utf8')).toBe('0');
  expect((await host.runc.state(id))?.status).toBe('created');
  await host.runc.start(id, pid);
  expect((await host.runc.state(id))?.status).toBe('running');
  expect(existsSync(fifo)).toBe(false);
  await expect(host.runc.start(id, pid)).rejects.toThrow(CommandFailed);
});

test('a container whose init ended before it was started is refused, and one that is not wanted any more waited for no longer', async () => {
  const container = await prepareContainer(cleanUp, await makeTemporary(), 'sleep 600');
  const { host, id } = container;
  const { pid } = await container.create();
  await expect(
    host.runc.start(id, pid, { signal: AbortSignal.abort(new Error('no more')) }),
  ).rejects.toThrow();
  expect((await host.runc.state(id))?.status).toBe('created');
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await host.runc.state(id))?.status, patience).toBe('stopped');
  await expect(host.runc.start(id, pid)).rejects.toThrow(CommandFailed);
});

test('a process is run inside, and a signal to init is seen as the exit status', async () => {
  const container = await prepareContainer(cleanUp, await makeTemporary(), 'sleep 600');
  const { host, id, exitDir } = container;
  const { pid } = await container.create();
  await host.runc.start(id, pid);
  const processFile = join(container.dir, 'process.json');
  writeFileSync(
    processFile,
    JSON.stringify({ args: ['/bin/id'], cwd: '/', env: [], user: { uid: 5, gid: 6 } }),
  );
  const { stdout } = await host.commands.run(host.runc.execArgv({ id, processFile }));
  expect(stdout).toBe('uid=5 gid=6\n');
  const init = await host.processes.identify(pid);
  if (init === null) throw new Error('init is gone');
  expect(await host.processes.signal(init, 9)).toBe(true);
  await host.processes.exited(init);
  await expect.poll(async () => (await host.conmon.readExit(exitDir, id))?.status, patience).toBe(137);
});

test('a refused container tells what runc says', async () => {
  const container = await prepareContainer(cleanUp, await makeTemporary(), 'exit');
  const config = join(container.bundle, 'config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replace('"/init"', '"/no-such-init"'));
  const error = await container.create().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CommandFailed);
  expect((error as CommandFailed).stderr).toContain('no-such-init');
  expect(await container.host.runc.state(container.id)).toBeNull();
});

test('the console takes keys, is resized, and never stops for a client that does not read', async () => {
  const script =
    'stty -echo; while read key; do stty size; [ "$key" = much ] && yes 0123456789 | head -n 30000; done';
  const container = await prepareContainer(cleanUp, await makeTemporary(), script);
  const { host, logPath, id } = container;
  await host.consoleLogs.preserveBootLog(logPath, join(container.dir, 'boot.log'));
  const { pid } = await container.create({ logBytes: 20_000 });
  await host.runc.start(id, pid);
  const input = await host.consoles.open({ bundle: container.bundle });
  const stop = new AbortController();
  // under load the first output may be past already
  const options = { signal: stop.signal, tailBytes: 1_000 };
  let followed = '';
  const following = (async () => {
    for await (const bytes of host.consoleLogs.follow(logPath, options)) followed += bytes.toString();
  })();
  await input.resize(132, 43);
  await input.send(Buffer.from('size\n'));
  await expect.poll(() => followed, patience).toContain('43 132\r\n');
  await input.resize(80, 24);
  await input.send(Buffer.from('much\n'));
  await input.send(Buffer.from('size\n'));
  await expect.poll(() => followed.endsWith('0123456789\r\n24 80\r\n'), patience).toBe(true);
  expect((await host.consoleLogs.readTail(logPath, { tailBytes: 7 })).toString()).toBe('24 80\r\n');
  expect(readFileSync(join(container.dir, 'boot.log'), 'utf8')).toContain('43 132');
  expect(readFileSync(logPath, 'utf8')).not.toContain('43 132');
  stop.abort();
  await following;
  await host.runc.kill(id, 9);
  await expect
    .poll(async () => await input.send(Buffer.from('x')).catch((error: unknown) => String(error)), patience)
    .toContain('EPIPE');
  // conmon lets go of its socket first, of its FIFO a little later
  await expect
    .poll(async () => await input.resize(80, 24).catch((error: unknown) => String(error)), patience)
    .toContain('EPIPE');
  input.close();
  input.close();
  expect(existsSync(logPath)).toBe(true);
});

test('a console that is not there cannot be opened', async () => {
  const dir = await makeTemporary();
  const { consoles } = (await prepareContainer(cleanUp, dir, 'exit')).host;
  await expect(consoles.open({ bundle: join(dir, 'run/bundle') })).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a boot log is kept under its name and made only once', async () => {
  const dir = await makeTemporary();
  const { consoleLogs } = (await prepareContainer(cleanUp, dir, 'exit')).host;
  const [log, boot] = [join(dir, 'console.log'), join(dir, 'boot.log')];
  await consoleLogs.preserveBootLog(log, boot);
  writeFileSync(log, '2026 stdout P one\n2026 stdout F two\r\n2026 stdout P three\n');
  await consoleLogs.preserveBootLog(log, boot);
  expect((await consoleLogs.readTail(boot, { tailBytes: 8 })).toString()).toBe('o\r\nthree');
  expect((await consoleLogs.readTail(join(dir, 'none'), { tailBytes: 8 })).length).toBe(0);
});

test('a creation goes on when the daemon is killed in the middle of it', async () => {
  const container = await prepareContainer(cleanUp, await makeTemporary(), 'echo up; sleep 600');
  const { host, id, creation, runcRoot, logPath } = container;
  const index = import.meta.resolve('../src/index.ts');
  // conmon has begun when its pid file is there; the container takes 50 ms more
  const script = `
    import { existsSync } from 'node:fs';
    import { createLinuxHost } from ${JSON.stringify(index)};
    const creation = ${JSON.stringify(creation)};
    void createLinuxHost({ runcRoot: ${JSON.stringify(runcRoot)} }).conmon.create(creation);
    setInterval(() => { if (existsSync(creation.conmonPidFile)) process.kill(process.pid, 'SIGKILL'); }, 1);
  `;
  const daemon = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  expect(await once(daemon, 'close')).toEqual([null, 'SIGKILL']);
  await expect.poll(async () => (await host.runc.state(id))?.status, patience).toBe('created');
  await host.runc.start(id, (await host.runc.state(id))?.pid ?? 0);
  await expect
    .poll(async () => (await host.consoleLogs.readTail(logPath, { tailBytes: 100 })).toString(), patience)
    .toBe('up\r\n');
});
