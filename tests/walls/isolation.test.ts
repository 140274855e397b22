import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { allProcesses, attempt, patient, run, startProgram, useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  for (const name of ['b1', 'b2']) await node.create({ name, template: 'busybox', start: true });
  await node.create({ name: 'nest', features: ['nesting'], start: true });
  for (const name of ['d1', 'b1', 'b2', 'nest']) await node.wait(name);
});

async function initOf(ve: string): Promise<number> {
  const { init } = await node.status(ve);
  if (init === null) throw new Error(`${ve} does not run`);
  return init;
}

/** Sets of a process as /proc/PID/status shows them, by name. */
function capabilities(status: string): ReadonlyMap<string, bigint> {
  const lines = status.matchAll(/^(Cap\w+):\s+([0-9a-f]+)$/gm);
  return new Map([...lines].map(([, name = '', hex = '0']) => [name, BigInt(`0x${hex}`)]));
}

describe('users', () => {
  test('root of a VE is a user on the node that is nobody else, and the ranges of two VEs never meet', async () => {
    const ranges: { readonly first: number; readonly end: number }[] = [];
    for (const ve of ['d1', 'b1', 'b2', 'nest']) {
      const { idBase } = await node.show(ve);
      const pid = await initOf(ve);
      for (const map of ['uid_map', 'gid_map']) {
        const fields = readFileSync(`/proc/${pid}/${map}`, 'utf8').trim().split(/\s+/).map(Number);
        expect(fields).toEqual([0, idBase, 65_536]);
      }
      expect(statSync(`/proc/${pid}`).uid).toBe(idBase);
      ranges.push({ first: idBase, end: idBase + 65_536 });
    }
    const sorted = ranges.toSorted((a, b) => a.first - b.first);
    for (const [index, { first }] of sorted.entries()) {
      expect(first).toBeGreaterThanOrEqual(sorted[index - 1]?.end ?? 0);
    }
    const known = (await run(['cut', '-d:', '-f3', '/etc/passwd'])).trim().split('\n').map(Number);
    for (const uid of known) expect(sorted.some(({ first, end }) => uid >= first && uid < end)).toBe(false);
  });

  test('a file that root of a VE writes belongs to its own id, and no user of the node gets at the stored one', async () => {
    await node.inside('b1', 'cp /bin/busybox /root/su && chmod 4755 /root /root/su');
    const { uuid, idBase, privateArea } = await node.show('b1');
    const seen = statSync(`${node.paths.run}/ve/${uuid}/root/root/su`);
    expect({ mode: seen.mode & 0o7777, uid: seen.uid, gid: seen.gid }).toEqual({
      mode: 0o4755,
      uid: idBase,
      gid: idBase,
    });
    // on disk it may be root's: the ids are mapped by the mount
    expect(statSync(`${node.paths.pool}/private`).mode & 0o077).toBe(0);
    const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    expect((await attempt([...asNobody, `${privateArea}/fs/upper/root/su`, 'true'])).code).not.toBe(0);
  });
});

describe('processes', () => {
  test('those of the node and of other VEs are not visible inside', async () => {
    const outside = startProgram(['sleep', '98761']);
    await node.inside('b1', 'sleep 98762 > /dev/null 2>&1 &');
    const seen = await node.inside('b2', 'ps -o args');
    expect(seen).not.toContain('98761');
    expect(seen).not.toContain('98762');
    expect(await node.inside('b1', 'ps -o args')).toContain('sleep 98762');
    expect(await node.inside('b2', 'echo $(cat /proc/[0-9]*/comm)')).not.toContain('insulad');
    outside.child.kill('SIGKILL');
    await outside.ended;
  });

  test('who kills everything in a VE kills nothing elsewhere', async () => {
    const before = await initOf('b1');
    await node.exec('b2', 'kill -9 -1');
    expect(await initOf('b1')).toBe(before);
    expect(await node.inside('b1', 'ps -o args')).toContain('sleep 98762');
    expect(await node.status('b2')).toMatchObject({ state: 'running' });
    expect(allProcesses().some(({ pid }) => pid === node.daemonPid)).toBe(true);
  });
});

describe('files and kernel of the node', () => {
  test('what a VE does to a file of its template, no other VE and no layer sees', async () => {
    const { template } = await node.show('b1');
    const layer = `${node.paths.pool}/layers/${template.name}@${template.version}`;
    const before = await run(['find', layer, '-printf', '%p %s %T@ %m %U\n']);
    await node.inside('b1', 'echo changed > /etc/passwd; rm /bin/ls; mkdir /etc/new');
    expect(await node.inside('b2', 'head -c 4 /etc/passwd; test -x /bin/ls; test ! -e /etc/new')).toBe(
      'root',
    );
    expect(await run(['find', layer, '-printf', '%p %s %T@ %m %U\n'])).toBe(before);
  });

  test('the root of init is as far as any path leads', async () => {
    const upwards = '../'.repeat(40);
    expect(await node.inside('d1', `ls ${upwards}`)).toBe(await node.inside('d1', 'ls /'));
    expect(await node.exec('d1', `ls /proc/1/root${node.paths.dir}`)).not.toMatchObject({ code: 0 });
    expect(await node.inside('d1', 'findmnt -rno SOURCE,TARGET')).not.toMatch(/\/dev\/(?:sd|vd|nvme|loop)/);
  });

  test('masked files give nothing', async () => {
    for (const path of ['/proc/kcore', '/proc/keys', '/proc/timer_list']) {
      const { stdout } = await node.exec('d1', `head -c 64 ${path} 2> /dev/null`);
      expect({ path, stdout }).toEqual({ path, stdout: '' });
    }
    expect(await node.inside('d1', 'ls /sys/firmware')).toBe('');
  });

  test.each([
    ['sysrq', 'echo h > /proc/sysrq-trigger'],
    ['a kernel setting of the whole machine', 'echo 1 > /proc/sys/kernel/panic_on_oops'],
    ['the page cache', 'echo 3 > /proc/sys/vm/drop_caches'],
    ['who handles core dumps', 'echo "|/bin/x" > /proc/sys/kernel/core_pattern'],
    ['the clock', 'date -s 2001-01-01'],
    ['the log of the kernel', 'dmesg'],
    ['files of the kernel', 'echo 1 > /sys/kernel/mm/ksm/run'],
    ['the limits of its own group', 'echo 1 > /sys/fs/cgroup/../cgroup.procs'],
    ['a file system of a block device', 'mknod /tmp/disk b 7 0 && mount /tmp/disk /mnt'],
  ])('%s is out of reach', async (_what, command) => {
    const { code } = await node.exec('d1', command);
    expect(code).not.toBe(0);
  });

  test('a host name set inside stays inside', async () => {
    const before = hostname();
    await node.inside('b2', 'hostname elsewhere');
    expect(hostname()).toBe(before);
    expect(await node.inside('b1', 'hostname')).toBe('b1');
  });

  test('a device node cannot be made, and one that got into its files cannot be opened', async () => {
    expect((await node.exec('b1', 'mknod /root/kmsg c 1 11 && head -c 1 /root/kmsg')).code).not.toBe(0);
    const { uuid, idBase } = await node.create({ name: 'smuggler', template: 'busybox' });
    const dir = `${node.paths.pool}/private/${uuid}/fs/upper/srv`;
    mkdirSync(dir);
    await run(['mknod', `${dir}/mem`, 'c', '1', '1']);
    await run(['mknod', `${dir}/loop`, 'b', '7', '0']);
    await run(['chown', '-R', `${idBase}:${idBase}`, dir]);
    await node.act('start', 'smuggler');
    for (const name of ['mem', 'loop']) {
      const { code, stderr } = await node.exec('smuggler', `head -c 1 /srv/${name}`);
      expect(code).toBe(1);
      expect(stderr).toMatch(/not permitted|denied/);
    }
    await node.destroy('smuggler');
  });
});

describe('system calls', () => {
  const errno = async (ve: string, call: string) =>
    Number(await node.inside(ve, ['perl', '-e', `print syscall(${call}) == -1 ? $!+0 : 0`]));

  test('no namespaces of the kinds that cannot be moved are made inside, unless the VE may nest', async () => {
    for (const kind of ['uts', 'user', 'net', 'pid', 'ipc', 'cgroup']) {
      const { code, stderr } = await node.exec('d1', ['unshare', `--${kind}`, '--fork', 'true']);
      expect({ kind, code }).toEqual({ kind, code: 1 });
      expect(stderr).toContain('Operation not permitted');
      expect(await node.exec('nest', ['unshare', `--${kind}`, '--fork', 'true'])).toMatchObject({ code: 0 });
    }
    expect(await node.exec('d1', ['unshare', '--mount', 'true'])).toMatchObject({ code: 0 });
    const nested = ['unshare', '--user', '--map-root-user', '--pid', '--mount-proc', '--fork', 'ps', 'ax'];
    expect(await node.inside('nest', nested)).toMatch(/^ +1 .*ps ax$/m);
  });

  test('io_uring, kexec, modules, handles and the log of the kernel are refused', {
    timeout: patient(60_000),
  }, async () => {
    if (process.arch !== 'x64') return;
    const EPERM = 1;
    const ENOSYS = 38;
    // arch/x86/entry/syscalls/syscall_64.tbl
    for (const ve of ['d1', 'nest']) {
      expect(await errno(ve, '425, 1, 0')).toBe(ENOSYS); // io_uring_setup
      expect(await errno(ve, '246, 0, 0, 0, 0')).toBe(EPERM); // kexec_load
      expect(await errno(ve, '313, 0, 0, 0')).toBe(EPERM); // finit_module
      expect(await errno(ve, '304, 0, 0, 0')).toBe(EPERM); // open_by_handle_at
      expect(await errno(ve, '298, 0, 0, 0, 0, 0')).toBe(EPERM); // perf_event_open
    }
    expect(await errno('d1', '435, 0, 0')).toBe(ENOSYS); // clone3
    expect(await errno('d1', '321, 0, 0, 0')).toBe(EPERM); // bpf
  });
});

describe('capabilities', () => {
  const CAP_SYS_MODULE = 16n;
  const CAP_NET_RAW = 13n;
  const CAP_SYS_TIME = 25n;
  const holds = (set: bigint | undefined, capability: bigint) => (((set ?? 0n) >> capability) & 1n) === 1n;

  test('those of the host alone are never held, and those that are dropped are gone for everybody', async () => {
    await node.create({
      name: 'less',
      template: 'busybox',
      capabilities: { add: [], drop: ['CAP_NET_RAW'] },
      start: true,
    });
    const init = capabilities(readFileSync(`/proc/${await initOf('less')}/status`, 'utf8'));
    const command = capabilities(await node.inside('less', 'cat /proc/self/status'));
    for (const sets of [init, command]) {
      for (const set of ['CapEff', 'CapPrm', 'CapBnd']) {
        for (const capability of [CAP_SYS_MODULE, CAP_NET_RAW, CAP_SYS_TIME])
          expect(holds(sets.get(set), capability)).toBe(false);
      }
    }
    expect(
      holds(capabilities(await node.inside('b1', 'cat /proc/self/status')).get('CapEff'), CAP_NET_RAW),
    ).toBe(true);
    await node.destroy('less');
  });

  test('a command that is run as a plain user holds none, and does not reach files of root', async () => {
    const { stdout } = await node.exec('d1', 'cat /proc/self/status', { user: 'nobody' });
    const sets = capabilities(stdout);
    for (const set of ['CapEff', 'CapPrm', 'CapInh', 'CapAmb']) expect(sets.get(set)).toBe(0n);
    expect((await node.exec('d1', 'cat /etc/shadow', { user: 'nobody' })).code).not.toBe(0);
  });
});
