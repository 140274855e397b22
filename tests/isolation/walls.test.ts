import { existsSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { useNode } from '../harness/index.ts';

const node = useNode({ templates: ['debian-12', 'busybox'] });

beforeAll(async () => {
  await node.create({ name: 'd1', start: true });
  await node.create({ name: 'b1', template: 'busybox', start: true });
  await node.wait('d1');
  await node.inside('d1', 'apt-get --version >/dev/null; command -v perl >/dev/null');
});

const initOf = async (ve: string) => (await node.status(ve)).init ?? 0;

/** Makes a system call by its number in the VE and answers `0`, or the name of the error. */
async function systemCall(
  ve: string,
  number: number,
  ...args: readonly (number | string)[]
): Promise<string> {
  const list = [number, ...args]
    .map((arg) => (typeof arg === 'number' ? String(arg) : `"${arg}"`))
    .join(', ');
  const script = `my $r = syscall(${list}); if ($r >= 0) { print 0 } else { for (keys %!) { print $_ and last if $!{$_} && $_ !~ /WOULDBLOCK|NOTSUP$/ } }`;
  return await node.inside(ve, ['perl', '-MErrno', '-e', script]);
}

describe('namespaces', () => {
  test('every VE has namespaces of its own of every kind', async () => {
    const kinds = ['user', 'mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup'];
    const [one, two] = [await initOf('d1'), await initOf('b1')];
    for (const kind of kinds) {
      const links = [one, two, process.pid].map((pid) => readlinkSync(`/proc/${pid}/ns/${kind}`));
      expect(new Set(links).size, kind).toBe(3);
    }
  });

  test('ids inside are a range of their own, and root inside is nobody outside', async () => {
    const [one, two] = [await node.show('d1'), await node.show('b1')];
    expect(one.idBase).not.toBe(two.idBase);
    expect(await node.inside('d1', 'cat /proc/self/uid_map /proc/self/gid_map')).toMatch(
      new RegExp(`^\\s*0\\s+${one.idBase}\\s+65536\\n\\s*0\\s+${one.idBase}\\s+65536$`),
    );
    const status = readFileSync(`/proc/${await initOf('d1')}/status`, 'utf8');
    expect(status).toContain(`Uid:\t${one.idBase}\t${one.idBase}`);
  });

  test('a VE sees its own processes only', async () => {
    const marker = `sleep ${process.pid}777`;
    const stream = await node.openExec('b1', { command: marker.split(' ') });
    const own = await node.inside('d1', 'for p in /proc/[0-9]*; do tr "\\0" " " < $p/cmdline; echo; done');
    expect(own).not.toContain(marker);
    expect(own).not.toContain('vitest');
    expect(own).toContain('/sbin/init');
    stream.vanish();
    const { code } = await node.exec('d1', `kill -0 ${process.pid}`);
    expect(code).not.toBe(0);
  });

  test('a VE sees its own mounts, cgroups, links and host name only', async () => {
    const mounts = await node.inside('d1', 'cat /proc/self/mountinfo');
    expect(mounts).not.toContain(node.paths.dir);
    expect(await node.inside('d1', 'cat /proc/self/cgroup')).toMatch(/0::\//);
    expect(await node.inside('d1', 'cat /proc/self/cgroup')).not.toContain(node.config.cgroupParent);
    expect(await node.inside('d1', 'ls /sys/class/net')).toBe('eth0\nlo');
    expect(await node.inside('d1', 'hostname evil && hostname')).toBe('evil');
    expect(await node.inside('b1', 'hostname')).toBe('b1');
  });
});

describe('the kernel and the host', () => {
  test('capabilities hold inside only: no module, no clock, no raw memory, no kernel log', async () => {
    const attempts = [
      'date -s 2001-01-01',
      'cat /dev/kmsg',
      'dmesg',
      'insmod /nonexistent.ko 2>&1 | grep -q "No such file" ; echo 1 > /proc/sys/kernel/modprobe',
      'echo c > /proc/sysrq-trigger',
      'echo 1 > /proc/sys/kernel/panic',
      'echo 4 > /proc/sys/vm/drop_caches',
      'echo x > /proc/sys/kernel/core_pattern',
      'mount -t ext4 /dev/vda /mnt',
      'mount -t debugfs none /mnt',
      'mount -t tracefs none /mnt',
      'mount -t securityfs none /mnt',
      'mount -t bpf none /mnt && ls /sys/fs/bpf/nothing',
      'swapon /etc/passwd',
      'echo 1 > /sys/kernel/profiling',
      'nice -n -20 true && chrt -f 50 true',
    ];
    for (const attempt of attempts) {
      const { code } = await node.exec('d1', `( ${attempt} ) >/dev/null 2>&1`);
      expect(code, attempt).not.toBe(0);
    }
  });

  test('the capability set is the one that is documented, and the spec narrows it', async () => {
    const { defaultCapabilities } = await import('@insula/contract');
    const bits = await node.inside('d1', 'grep CapBnd /proc/1/status | cut -f2');
    const count = [...BigInt(`0x${bits}`).toString(2)].filter((bit) => bit === '1').length;
    expect(count).toBe(defaultCapabilities.length);
    for (const forbidden of [16 /* SYS_MODULE */, 17 /* SYS_RAWIO */, 25 /* SYS_TIME */]) {
      expect((BigInt(`0x${bits}`) >> BigInt(forbidden)) & 1n).toBe(0n);
    }
    await node.create({
      name: 'narrow',
      template: 'busybox',
      capabilities: { add: [], drop: ['CAP_NET_RAW', 'CAP_SYS_PTRACE'] },
      start: true,
    });
    const narrow = BigInt(`0x${await node.inside('narrow', 'grep CapBnd /proc/1/status | cut -f2')}`);
    expect((narrow >> 13n) & 1n).toBe(0n);
    const exec = BigInt(`0x${await node.inside('narrow', 'grep CapEff /proc/self/status | cut -f2')}`);
    expect((exec >> 13n) & 1n).toBe(0n);
    expect((exec >> 0n) & 1n).toBe(1n);
  });

  test('kernel files that tell of others are masked', async () => {
    for (const path of ['/proc/kcore', '/proc/keys', '/proc/timer_list', '/proc/sched_debug']) {
      if (!existsSync(path)) continue;
      expect(await node.inside('d1', `head -c 10 ${path} 2>/dev/null | wc -c`), path).toBe('0');
    }
    expect(await node.inside('d1', 'ls -A /sys/firmware | wc -l')).toBe('0');
    expect((await node.exec('d1', 'umount /proc/kcore; head -c 4 /proc/kcore')).stdout).toBe('');
  });

  test('namespaces that cannot be moved are refused; nested mount namespaces are not', async () => {
    const flags = {
      uts: 0x0400_0000,
      ipc: 0x0800_0000,
      user: 0x1000_0000,
      pid: 0x2000_0000,
      net: 0x4000_0000,
      cgroup: 0x0200_0000,
      time: 0x80,
    };
    const unshare = 272;
    for (const [kind, flag] of Object.entries(flags)) {
      expect(await systemCall('d1', unshare, flag), kind).toBe('EPERM');
    }
    expect(await systemCall('d1', unshare, 0x0002_0000)).toBe('0');
    expect(await systemCall('d1', unshare, 0x0002_0000 + flags.uts)).toBe('EPERM');
  });

  test('system calls of the kernel itself are refused, and those that cannot be dumped do not exist', async () => {
    const calls = {
      init_module: 175,
      delete_module: 176,
      kexec_load: 246,
      perf_event_open: 298,
      open_by_handle_at: 304,
      finit_module: 313,
      bpf: 321,
      userfaultfd: 323,
      keyctl: 250,
      swapon: 167,
    };
    for (const [name, number] of Object.entries(calls)) {
      expect(await systemCall('d1', number, 0, 0, 0), name).toBe('EPERM');
    }
    for (const number of [425 /* io_uring_setup */, 426, 427, 447 /* memfd_secret */, 435 /* clone3 */]) {
      expect(await systemCall('d1', number, 1, 0, 0), String(number)).toBe('ENOSYS');
    }
  });

  test('the 32-bit and x32 ways into the kernel are filtered alike', async () => {
    // x32 numbers carry bit 30; a kernel without x32 says ENOSYS, a filter EPERM
    expect(['EPERM', 'ENOSYS']).toContain(await systemCall('d1', 0x4000_0000 + 272, 0x0400_0000));
    expect(await node.inside('d1', 'grep -c "^Seccomp:\t2" /proc/1/status /proc/self/status')).toBe(
      '/proc/1/status:1\n/proc/self/status:1',
    );
  });

  test('with nesting a VE may make namespaces, and still nothing of the kernel', async () => {
    await node.create({ name: 'nest', features: ['nesting'], start: true });
    await node.wait('nest');
    expect(await systemCall('nest', 272, 0x0400_0000)).toBe('0');
    expect(await node.inside('nest', 'unshare --user --map-root-user --pid --fork --mount-proc id -u')).toBe(
      '0',
    );
    expect(await systemCall('nest', 175, 0, 0, 0)).toBe('EPERM');
    expect(await systemCall('nest', 425, 1, 0)).toBe('ENOSYS');
    await node.destroy('nest');
  });
});

describe('devices', () => {
  test('the harmless devices work', async () => {
    expect(await node.inside('d1', 'head -c 3 /dev/zero | od -An -tx1; head -c 8 /dev/urandom | wc -c')).toBe(
      ' 00 00 00\n8',
    );
    expect(
      await node.inside('d1', 'echo gone > /dev/null; ls /dev/null /dev/full /dev/tty /dev/ptmx | wc -l'),
    ).toBe('4');
  });

  test('nodes of other devices cannot be used, however they came there', async () => {
    const major = statSync('/').dev;
    const disk = `${(major >> 8) & 0xfff} ${major & 0xff}`;
    const made = await node.exec(
      'd1',
      `touch /root/here; rm -f /root/disk /root/mem; mknod /root/disk b ${disk}; mknod /root/mem c 1 1; head -c 1 /root/disk; head -c 1 /root/mem`,
    );
    expect(made.stdout).toBe('');
    expect(made.stderr).toMatch(/not permitted/i);
    // a node that somebody put into the private area from outside
    const { uuid, privateArea } = await node.show('d1');
    expect(uuid).not.toBe('');
    const { run } = await import('../harness/index.ts');
    await node.act('stop', 'd1');
    await run(['mknod', `${privateArea}/fs/upper/root/planted`, 'b', ...disk.split(' ')]);
    await run(['chmod', '666', `${privateArea}/fs/upper/root/planted`]);
    await node.act('start', 'd1');
    await node.wait('d1');
    const planted = await node.exec('d1', 'ls -l /root/planted >/dev/null && head -c 1 /root/planted');
    expect(planted.stdout).toBe('');
    expect(planted.code).not.toBe(0);
  });

  test('a feature brings its device and no other', async () => {
    expect((await node.exec('d1', 'test -e /dev/fuse || test -e /dev/net/tun')).code).toBe(1);
    await node.create({ name: 'tun', features: ['tun'], start: true });
    await node.wait('tun');
    expect(await node.inside('tun', 'stat -c %t:%T /dev/net/tun')).toBe('a:c8');
    // the node is the host's own: where no udev opened it for everybody, VEs cannot use it either
    if ((statSync('/dev/net/tun').mode & 0o006) === 0o006) {
      expect(
        await node.inside('tun', 'ip tuntap add dev tun0 mode tun && ip -o link show tun0 | wc -l'),
      ).toBe('1');
    }
    expect((await node.exec('tun', 'test -e /dev/fuse')).code).toBe(1);
    await node.destroy('tun');
  });
});

describe('files', () => {
  test('files of a VE lie on disk under its own, unshifted ids, and its root is no root outside', async () => {
    await node.inside(
      'd1',
      'touch /root/mine; chown 1000:1000 /root/mine; cp /bin/true /root/su; chmod 4755 /root/su',
    );
    const { privateArea } = await node.show('d1');
    expect(statSync(`${privateArea}/fs/upper/root/mine`).uid).toBe(1000);
    expect(statSync(privateArea).mode & 0o777).toBe(0o700);
  });

  test('whatever a VE does to its root touches no template', async () => {
    const before = await node.inside('d1', 'cat /etc/debian_version; ls /usr/share/doc | wc -l');
    await node.inside(
      'd1',
      'echo changed > /etc/debian_version; rm -rf /usr/share/doc; : > /bin/true; chmod 0 /etc/hosts',
    );
    await node.create({ name: 'other', start: true });
    await node.wait('other');
    expect(await node.inside('other', 'cat /etc/debian_version; ls /usr/share/doc | wc -l; /bin/true')).toBe(
      before,
    );
    await node.destroy('other');
  });

  test('links of a VE do not lead the node out of its root when it writes there', async () => {
    const target = `/tmp/ins-target-${process.pid}`;
    await node.inside(
      'd1',
      `rm -f /etc/hosts /etc/hostname; ln -s ${target} /etc/hosts; ln -s ../../../../../../../..${target} /etc/hostname`,
    );
    await node.act('restart', 'd1');
    await node.wait('d1');
    expect(existsSync(target)).toBe(false);
    expect(await node.inside('d1', 'hostname')).toBe('d1');
    await node.inside(
      'd1',
      'rm -f /etc/hosts; mkdir /etc/hosts; mv /etc /etc.away; ln -s /proc/1/root/tmp /etc',
    );
    const restart = await node.api.attempt('POST', '/v1/ves/d1/restart', { timeout: 20 });
    expect(['succeeded', 'failed']).toContain(restart.state);
    expect(existsSync('/tmp/hosts')).toBe(false);
    expect(existsSync('/tmp/hostname')).toBe(false);
  });
});
