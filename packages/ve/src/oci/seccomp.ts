import type { Feature } from '@insula/contract';
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

/** The system call filter of a VE: the migratable profile, widened by `nesting`. */
export function compileSeccomp(features: readonly Feature[], architecture: string): OciSeccomp {
  return {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures:
      architecture === 'arm64'
        ? ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']
        : ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    syscalls: [hostOnly, undumpable, ...(features.includes('nesting') ? [] : noNesting)],
  };
}
