import type { VeSpec } from '@insula/contract';
import type { OciSeccomp, OciSyscallRule } from './oci-config.ts';

const EPERM = 1;
const ENOSYS = 38;

/**
 * Namespaces that CRIU cannot dump when they are nested (criu/namespaces.c: only mnt and net may be), and net, of which runc's
 * checkpoint allows one. include/uapi/linux/sched.h
 */
const cloneFlags = {
  newCgroup: 0x0200_0000,
  newUts: 0x0400_0000,
  newIpc: 0x0800_0000,
  newUser: 0x1000_0000,
  newPid: 0x2000_0000,
  newNet: 0x4000_0000,
} as const;

/** Only unshare(2) knows it: in clone(2) this bit belongs to the exit signal. */
const newTime = 0x80;

const refuse = (names: readonly string[], errnoRet: number): OciSyscallRule => ({
  names,
  action: 'SCMP_ACT_ERRNO',
  errnoRet,
});

const refuseFlag = (name: string, index: number, flag: number): OciSyscallRule => ({
  names: [name],
  action: 'SCMP_ACT_ERRNO',
  errnoRet: EPERM,
  args: [{ index, value: flag, valueTwo: flag, op: 'SCMP_CMP_MASKED_EQ' }],
});

/** Never, in any VE: the kernel itself and its log, and doors around path checks. */
const hostOnly = refuse(
  [
    'kexec_load',
    'kexec_file_load',
    'init_module',
    'finit_module',
    'delete_module',
    'open_by_handle_at',
    'perf_event_open',
    'userfaultfd',
    'swapon',
    'swapoff',
    'acct',
    'syslog',
    'lookup_dcookie',
    'vhangup',
  ],
  EPERM,
);

/** ENOSYS, so that programs take their older way: CRIU can dump neither io_uring nor secret memory. */
const undumpable = refuse(['io_uring_setup', 'io_uring_enter', 'io_uring_register', 'memfd_secret'], ENOSYS);

/** clone3 hides its flags in memory, where a filter cannot look: ENOSYS makes the C library use clone. */
const noNesting: readonly OciSyscallRule[] = [
  refuse(['clone3'], ENOSYS),
  ...Object.values(cloneFlags).flatMap((flag) => [
    refuseFlag('clone', 0, flag),
    refuseFlag('unshare', 0, flag),
  ]),
  refuseFlag('unshare', 0, newTime),
  refuse(['keyctl', 'add_key', 'request_key', 'bpf'], EPERM),
];

/** The kernel reads these arguments as 32 bits, and so must the filter: what is above them is the caller's to choose. */
const low32 = 0xffff_ffff;

const refuseArguments = (
  name: string,
  ...args: readonly (readonly [index: number, value: number])[]
): OciSyscallRule => ({
  ...refuse([name], EPERM),
  args: args.map(([index, value]) => ({ index, value: low32, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' })),
});

/** include/linux/socket.h, include/uapi/linux/netlink.h */
const netlinkFamily = 16;
const netlinkNetfilter = 12;

/**
 * Options by which the older tools read and replace tables (include/uapi/linux/netfilter_ipv4/ip_tables.h and its likes): of
 * iptables and ip6tables, arptables and ebtables, by level.
 */
const tableOptions = [
  { level: 0, options: [64, 65, 66, 67, 96, 97, 98, 99, 128, 129, 130, 131] },
  { level: 41, options: [64, 65, 68, 69] },
] as const;

/**
 * Neither nftables, connection tracking tables and sets nor the tables of iptables can be spoken to. `socketcall` of 32 bits hides
 * its arguments in memory: ENOSYS makes the C library use the calls of their own.
 */
const noNetfilter: readonly OciSyscallRule[] = [
  refuseArguments('socket', [0, netlinkFamily], [2, netlinkNetfilter]),
  ...['setsockopt', 'getsockopt'].flatMap((name) =>
    tableOptions.flatMap(({ level, options }) =>
      options.map((option) => refuseArguments(name, [1, level], [2, option])),
    ),
  ),
  refuse(['socketcall'], ENOSYS),
];

/** The system call filter of a VE: the migratable profile, widened by `nesting`, and narrowed by its level of netfilter. */
export function compileSeccomp(
  { features, netfilter }: Pick<VeSpec, 'features' | 'netfilter'>,
  architecture: string,
): OciSeccomp {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures:
      architecture === 'arm64'
        ? ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']
        : ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    syscalls: [
      hostOnly,
      undumpable,
      ...(features.includes('nesting') ? [] : noNesting),
      ...(netfilter === 'full' ? [] : noNetfilter),
    ],
  };
}
