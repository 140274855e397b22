import type { Feature } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileSeccomp } from './seccomp.ts';

const CLONE = {
  NEWTIME: 0x80,
  VM: 0x100,
  VFORK: 0x4000,
  NEWNS: 0x2_0000,
  NEWCGROUP: 0x200_0000,
  NEWUTS: 0x400_0000,
  NEWIPC: 0x800_0000,
  NEWUSER: 0x1000_0000,
  NEWPID: 0x2000_0000,
  NEWNET: 0x4000_0000,
} as const;
const SIGCHLD = 17;

/** What the kernel answers to a call with this first argument: the errno, or null when it is let through. */
function verdict(features: readonly Feature[], name: string, argument = 0): number | null {
  const rule = compileSeccomp({ features: [...features], netfilter: 'full' }, 'x64').syscalls.find(
    ({ names, args = [] }) =>
      names.includes(name) && args.every(({ value, valueTwo }) => (argument & value) === valueTwo),
  );
  return rule?.errnoRet ?? null;
}

const nested = Object.entries(CLONE).filter(([name]) => name.startsWith('NEW') && name !== 'NEWNS');

test.each(nested)('unshare of %s is refused, whatever comes with it', (_name, flag) => {
  fc.assert(
    fc.property(fc.nat(0x7fff_ffff), (others) => {
      expect(verdict([], 'unshare', others | flag)).toBe(1);
    }),
  );
  expect(verdict(['nesting'], 'unshare', flag)).toBeNull();
});

test.each(nested.filter(([name]) => name !== 'NEWTIME'))('clone with %s is refused', (_name, flag) => {
  expect(verdict([], 'clone', flag | SIGCHLD)).toBe(1);
  expect(verdict(['nesting'], 'clone', flag | SIGCHLD)).toBeNull();
});

test('processes, threads and mount namespaces are made as ever', () => {
  for (const flags of [SIGCHLD, CLONE.VM | CLONE.VFORK | SIGCHLD, CLONE.NEWNS | SIGCHLD, 0x3d_0f00])
    expect(verdict([], 'clone', flags)).toBeNull();
  expect(verdict([], 'unshare', CLONE.NEWNS)).toBeNull();
});

test('clone3 does not exist, so that the C library uses clone', () => {
  expect(verdict([], 'clone3')).toBe(38);
  expect(verdict(['nesting'], 'clone3')).toBeNull();
});

test.each([
  ...['kexec_load', 'init_module', 'finit_module', 'delete_module', 'open_by_handle_at', 'perf_event_open'],
  ...['userfaultfd', 'swapon', 'acct', 'syslog'],
])('%s is the host’s alone, nesting or not', (name) => {
  expect(verdict([], name)).toBe(1);
  expect(verdict(['nesting', 'tun', 'fuse'], name)).toBe(1);
});

test.each(['io_uring_setup', 'io_uring_enter', 'io_uring_register', 'memfd_secret'])(
  '%s does not exist: what it makes cannot be dumped',
  (name) => {
    expect(verdict(['nesting'], name)).toBe(38);
  },
);

test.each(['keyctl', 'add_key', 'request_key', 'bpf'])('%s needs nesting', (name) => {
  expect(verdict([], name)).toBe(1);
  expect(verdict(['nesting'], name)).toBeNull();
});

test.each(['tun', 'fuse'] as const)('%s widens devices, not calls', (feature) => {
  expect(compileSeccomp({ features: [feature], netfilter: 'full' }, 'x64')).toEqual(
    compileSeccomp({ features: [], netfilter: 'full' }, 'x64'),
  );
});

test('the calls of every mode that a processor has are filtered', () => {
  expect(compileSeccomp({ features: [], netfilter: 'full' }, 'x64').architectures).toEqual([
    'SCMP_ARCH_X86_64',
    'SCMP_ARCH_X86',
    'SCMP_ARCH_X32',
  ]);
  expect(compileSeccomp({ features: [], netfilter: 'full' }, 'arm64').architectures).toEqual([
    'SCMP_ARCH_AARCH64',
    'SCMP_ARCH_ARM',
  ]);
});

test('a VE without netfilter cannot speak to it, whatever stands above the 32 bits that the kernel reads', () => {
  const { syscalls } = compileSeccomp({ features: [], netfilter: 'disabled' }, 'x64');
  const isRefused = (name: string, ...given: readonly bigint[]) =>
    syscalls.some(
      ({ names, args = [] }) =>
        names.includes(name) &&
        args.every(
          ({ index, value, valueTwo }) => ((given[index] ?? 0n) & BigInt(value)) === BigInt(valueTwo),
        ),
    );
  fc.assert(
    fc.property(fc.bigInt(0n, 0xffff_ffffn), (above) => {
      const high = above << 32n;
      expect(isRefused('socket', 16n | high, 3n, 12n | high)).toBe(true);
      expect(isRefused('setsockopt', 3n, high, 64n | high)).toBe(true);
      expect(isRefused('getsockopt', 3n, 41n | high, 65n | high)).toBe(true);
    }),
  );
  // routes, and options of ordinary sockets
  expect(isRefused('socket', 16n, 3n, 0n)).toBe(false);
  expect(isRefused('setsockopt', 3n, 1n, 64n)).toBe(false);
});
