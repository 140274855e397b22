import { existsSync, readlinkSync, statSync } from 'node:fs';
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
  test('the capability set is the one that is documented, and the spec narrows it', async () => {
    const { defaultCapabilities } = await import('@insula/contract');
    const bits = await node.inside('d1', 'grep CapBnd /proc/1/status | cut -f2');
    const count = BigInt(`0x${bits}`).toString(2).replaceAll('0', '').length;
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

  test('the 32-bit and x32 ways into the kernel are filtered alike', async () => {
    // x32 numbers carry bit 30; a kernel without x32 says ENOSYS, a filter EPERM
    expect(['EPERM', 'ENOSYS']).toContain(await systemCall('d1', 0x4000_0000 + 272, 0x0400_0000));
    expect(await node.inside('d1', 'grep -c "^Seccomp:\t2" /proc/1/status /proc/self/status')).toBe(
      '/proc/1/status:1\n/proc/self/status:1',
    );
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
