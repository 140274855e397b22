import { FakeHost, SystemError } from '@insula/host';
import { beforeEach, expect, test } from 'vitest';
import { fakeSpec } from '../fake-spec.ts';
import type { OciProcess } from '../oci/oci-config.ts';
import { cgroupLayout, runLayout } from '../run-layout.ts';
import { neverStarted } from '../runtime.ts';
import { ExecRoom } from './exec-room.ts';
import { prepareExec } from './prepare-exec.ts';

const spec = fakeSpec();
const run = runLayout('/run/insula');
const dir = run.ve(spec.uuid).execs;

let host: FakeHost;
let entry: Parameters<typeof prepareExec>[1];
beforeEach(() => {
  host = new FakeHost();
  entry = { spec, runtime: { ...neverStarted, init: host.processes.begin(4711) } };
  put('/etc/passwd', 'root:x:0:0::/root:/bin/bash\nada:x:1000:1000::/home/ada:/bin/zsh\n');
  put('/etc/group', 'sudo:x:27:ada\n');
});

const put = (path: string, content: string) =>
  host.guestTrees.files.set(`/proc/4711/root${path}`, { content, owner: { uid: 0, gid: 0 } });
const portsOf = ({ cgroups, files, guestTrees, processes, runc }: FakeHost) => ({
  execRoom: new ExecRoom({ cgroups }),
  groups: cgroupLayout('insula'),
  files,
  guestTrees,
  processes,
  runc,
});
const prepare = async (request: Parameters<typeof prepareExec>[2], id = 'e1') =>
  await prepareExec({ ...portsOf(host), run, processLimits: { RLIMIT_NOFILE: 4096 } }, entry, request, id);
const written = async (id = 'e1') => JSON.parse(await host.files.readText(`${dir}/${id}.json`)) as OciProcess;

test('a command runs as root in / unless told otherwise', async () => {
  const exec = await prepare({ command: ['id', '-u'] });
  expect(exec).toMatchObject({
    argv: ['runc', 'exec', '--process', `${dir}/e1.json`, spec.uuid],
    pidFile: `${dir}/e1.pid`,
    terminal: false,
  });
  expect(await written()).toMatchObject({
    args: ['id', '-u'],
    cwd: '/',
    terminal: false,
    user: { uid: 0, gid: 0, additionalGids: [] },
    env: expect.arrayContaining(['HOME=/root', 'USER=root', 'SHELL=/bin/bash']),
  });
});

test('without a command it is the login shell of the user, at home', async () => {
  await prepare({ command: [], user: 'ada', terminal: { columns: 80, rows: 24 } });
  expect(await written()).toMatchObject({
    args: ['/bin/zsh', '-l'],
    cwd: '/home/ada',
    terminal: true,
    user: { uid: 1000, gid: 1000, additionalGids: [27] },
  });
});

test('what is asked for counts', async () => {
  await prepare({ command: ['env'], user: 'ada:sudo', cwd: '/srv', env: { HOME: '/tmp', A: '1' } });
  const process = await written();
  expect(process).toMatchObject({ cwd: '/srv', user: { uid: 1000, gid: 27, additionalGids: [] } });
  expect(process.env).toEqual(expect.arrayContaining(['HOME=/tmp', 'A=1', 'USER=ada']));
});

test('nothing is left of a run that is cleaned up, and others are not touched', async () => {
  const [one] = [await prepare({ command: ['true'] }, 'e1'), await prepare({ command: ['true'] }, 'e2')];
  await host.files.writeAtomic(one?.pidFile ?? '', '7');
  await one?.cleanUp();
  await one?.cleanUp();
  expect((await host.files.list(dir)).map(({ name }) => name)).toEqual(['e2.json']);
});

test('a user that the VE does not have is told, and nothing is written', async () => {
  await expect(prepare({ command: ['id'], user: 'eve' })).rejects.toThrow('no user or group eve in VE ve101');
  expect(await host.files.list(dir)).toEqual([]);
});

test('users of a process that took the pid of an init that ended are not believed', async () => {
  host.processes.end(4711);
  host.processes.begin(4711);
  await expect(prepare({ command: ['id'], user: 'ada' })).rejects.toMatchObject({
    code: 'exec_failed',
    message: 'the command cannot be run in VE ve101: its init has ended',
  });
});

test('a VE without an init runs nothing', async () => {
  entry = { ...entry, runtime: neverStarted };
  await expect(prepare({ command: ['id'] })).rejects.toMatchObject({ code: 'exec_failed' });
});

test('a VE whose user files are none cannot refuse its administrator a command', async () => {
  const within = host.guestTrees.within.bind(host.guestTrees);
  host.guestTrees.within = async (root, use) =>
    await within(root, async (tree) => {
      tree.readTextIfExists = async (path) =>
        await Promise.reject(new SystemError({ code: 'EINVAL', errno: 22, syscall: 'openat2', path }));
      return await use(tree);
    });
  await prepare({ command: ['id'] });
  expect((await written()).user).toEqual({ uid: 0, gid: 0, additionalGids: [] });
  await expect(prepare({ command: ['id'], user: 'ada' })).rejects.toMatchObject({ code: 'user_not_found' });
});
