import type { CheckpointBlocker } from '@insula/contract';
import type { DescriptorFacts, GuestFacts, ProcessFacts } from '@insula/host';
import { madeAgain } from '../network/made-links.ts';
import { type JudgedVe, judgeCheckpoint, knownFileSystems } from './judge.ts';
import { knownAnonymous, knownProtocols } from './judge-descriptor.ts';

/** What the check says of one thing that keeps a VE from being saved. */
export interface CheckpointRefusal
  extends Pick<CheckpointBlocker, 'kind' | 'problem' | 'remedy' | 'passing'> {
  readonly what: string;
}

const service: ProcessFacts = {
  pid: 1000,
  innerPid: 7,
  command: 'service',
  parent: 1,
  tracer: 0,
  terminal: 0,
  session: 7,
  group: 7,
  isForeground: false,
  isStopped: false,
  memoryBytes: 0,
  sharedBytes: 0,
  otherNamespaces: [],
  descriptors: [],
};
const empty: GuestFacts = {
  processes: [],
  strays: [],
  mounts: [],
  unreadNetlink: [],
  waitingConnections: [],
};
const ve = (facts: Partial<GuestFacts>, more: Partial<JudgedVe> = {}): JudgedVe => ({
  facts: { ...empty, ...facts },
  links: [],
  ownLinks: ['lo', 'eth0'],
  interfaces: [],
  legacyFreezer: true,
  ...more,
});
const process = (changes: Partial<ProcessFacts>) => ve({ processes: [{ ...service, ...changes }] });
const open = (target: string, more: Partial<DescriptorFacts> = {}) =>
  process({ descriptors: [{ number: 3, target, protocol: null, isUnlinkedAlias: false, ...more }] });
const waiting = (client: number | null): JudgedVe => ({
  ...open('socket:[8]', { protocol: 'UNIX-STREAM' }),
  facts: {
    ...open('socket:[8]', { protocol: 'UNIX-STREAM' }).facts,
    waitingConnections: [{ listener: 8, client, unreadBytes: 1 }],
  },
});
const mount = (target: string, type: string, isDeleted = false) =>
  ve({ mounts: [{ target, type, isDeleted, pid: 1 }] });

/** A VE each with one thing in it that keeps it from being saved: the reference shows what the check says. */
const exhibits: Readonly<Record<string, JudgedVe>> = {
  'A service with `PrivateNetwork=yes`': process({ otherNamespaces: ['net'] }),
  'A service with `PrivateUsers=yes`': process({ otherNamespaces: ['user'] }),
  'A service with `PrivateIPC=yes`': process({ otherNamespaces: ['ipc'] }),
  'A service with `ProtectHostname=yes`, where it is not refused': process({ otherNamespaces: ['uts'] }),
  'A service with `ProtectControlGroups=private`': process({ otherNamespaces: ['cgroup'] }),
  'A container inside (feature `nesting`)': process({ otherNamespaces: ['pid'] }),
  'A command that was started from outside before a restore': process({ otherNamespaces: ['time'] }),
  'A command that runs from outside (`exec`, `enter`, an open shell of the panel)': process({ parent: 0 }),
  'A command that another tool put in (`nsenter` with a program that stays)': ve({ strays: [service] }),
  'A program that a signal has stopped, where the node has the freezer of cgroup v1': process({
    isStopped: true,
  }),
  'A program under a debugger': process({ tracer: 8 }),
  io_uring: open('anon_inode:[io_uring]'),
  userfaultfd: open('anon_inode:[userfaultfd]'),
  'perf events': open('anon_inode:[perf_event]'),
  'A program or link of BPF': open('anon_inode:bpf-prog'),
  'A Landlock ruleset that is held open': open('anon_inode:[landlock-ruleset]'),
  'Memory of `memfd_secret`': open('/secretmem (deleted)'),
  'A socket of MPTCP': open('socket:[8]', { protocol: 'MPTCP' }),
  'A socket of SCTP': open('socket:[8]', { protocol: 'SCTP' }),
  'A file that is open by a removed name, and has another one': open('/srv/a (deleted)', {
    isUnlinkedAlias: true,
  }),
  'Netlink messages that nobody has read': {
    ...open('socket:[8]', { protocol: 'NETLINK' }),
    facts: { ...open('socket:[8]', { protocol: 'NETLINK' }).facts, unreadNetlink: [8] },
  },
  'A connection over a UNIX socket with bytes in it that nobody has accepted yet': waiting(9),
  'A connection over a UNIX socket that nobody has accepted yet and that was closed again': waiting(null),
  'A FUSE file system that is served from inside': open('/dev/fuse'),
  'A TUN or TAP device': open('/dev/net/tun'),
  'A virtual machine': open('/dev/kvm'),
  'A boot that is not over: nobody controls the console yet': open('/dev/console'),
  'A network file system': mount('/mnt', 'nfs4'),
  'A file system of a block device': mount('/mnt', 'ext4'),
  'A mounted file that was deleted': mount('/mnt/file', 'overlay', true),
  'A tunnel, WireGuard or another link made inside that is not listed above': ve(
    {},
    { links: [{ name: 'wg0', kind: 'wireguard' }] },
  ),
  'An interface on a network of the node': ve(
    {},
    { interfaces: [{ name: 'eth1', kind: 'bridge', device: 'br0' }] },
  ),
  'A device of the node': ve({}, { interfaces: [{ name: 'eth1', kind: 'device', device: 'enp3s0' }] }),
};

/** Everything that the check refuses, in its own words. @throws Error when it takes one of the exhibits */
export function checkpointRefusals(): readonly CheckpointRefusal[] {
  return Object.entries(exhibits).map(([what, exhibit]) => {
    const [blocker] = judgeCheckpoint(exhibit);
    if (blocker === undefined) throw new Error(`${what} keeps nobody from being saved any more`);
    const { kind, problem, remedy, passing } = blocker;
    return { what, kind, problem, remedy, passing };
  });
}

/** What is saved and brought back, by the names that the kernel has for it. */
export const checkpointSaves = {
  Sockets: knownProtocols,
  'Descriptors without a file': knownAnonymous,
  'File systems': knownFileSystems,
  'Links made inside': madeAgain,
} as const;
