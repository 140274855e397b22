import type { DescriptorFacts, GuestFacts, ProcessFacts } from '@insula/host';
import { expect, test } from 'vitest';
import { judgeCheckpoint } from './judge.ts';

const process = (changes: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid: 1000,
  innerPid: 7,
  command: 'service',
  parent: 999,
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
  ...changes,
});
const none: GuestFacts = { processes: [], strays: [], mounts: [], unreadNetlink: [], waitingConnections: [] };
const judge = (facts: Partial<GuestFacts>, links: readonly { name: string; kind: string | null }[] = []) =>
  judgeCheckpoint({
    facts: { ...none, ...facts },
    links,
    ownLinks: ['lo', 'eth0'],
    interfaces: [],
    legacyFreezer: false,
  });
const isUnlinkedAlias = false;
const descriptor = (target: string, protocol: string | null = null, more: Partial<DescriptorFacts> = {}) =>
  judge({
    processes: [process({ descriptors: [{ number: 3, target, protocol, isUnlinkedAlias, ...more }] })],
  });

test('an ordinary system is not in the way of its own checkpoint', () => {
  const targets = [
    '/var/log/syslog',
    'pipe:[7]',
    'anon_inode:[eventpoll]',
    'anon_inode:inotify',
    '/dev/null',
    '/dev/pts/3',
  ];
  const descriptors = targets.map((target, number) => ({ number, target, protocol: null, isUnlinkedAlias }));
  const sockets = ['TCP', 'UNIX-STREAM', 'NETLINK'].map((protocol, number) => ({
    number,
    target: 'socket:[7]',
    protocol,
    isUnlinkedAlias,
  }));
  const init = process({ innerPid: 1, parent: 0, descriptors: [...descriptors, ...sockets] });
  const mounts = ['proc', 'tmpfs', 'overlay', 'cgroup2'].map((type) => ({
    target: '/x',
    type,
    isDeleted: false,
    pid: 1,
  }));
  const links = [
    { name: 'lo', kind: null },
    { name: 'eth0', kind: 'veth' },
  ];
  expect(judge({ processes: [init, process()], mounts }, links)).toEqual([]);
});

test('an interface on a network of the node is told as what it is', () => {
  const interfaces = [{ name: 'lan0', kind: 'bridge', device: 'br0' }] as const;
  const links = [{ name: 'lan0', kind: 'veth' }];
  const facts = none;
  expect(
    judgeCheckpoint({ facts, links, ownLinks: ['lo', 'eth0'], interfaces, legacyFreezer: false }),
  ).toMatchObject([{ kind: 'interface', subject: 'lan0', problem: expect.stringContaining('br0') }]);
});

test('a namespace of its own names the setting of the service', () => {
  expect(judge({ processes: [process({ otherNamespaces: ['net', 'user'] })] })).toMatchObject([
    {
      kind: 'namespace',
      pid: 7,
      command: 'service',
      subject: 'net',
      remedy: expect.stringContaining('PrivateNetwork=no'),
    },
    { kind: 'namespace', subject: 'user', remedy: expect.stringContaining('PrivateUsers=no') },
  ]);
});

test('a process that came from outside, or is traced, is told by its pid inside', () => {
  expect(judge({ processes: [process({ parent: 0 })] })).toMatchObject([{ kind: 'process', pid: 7 }]);
  expect(judge({ processes: [process({ tracer: 8 })] })).toMatchObject([
    { kind: 'process', problem: expect.stringContaining('debugger') },
  ]);
});

test('a process that is in no group of the VE is told by its pid inside', () => {
  expect(judge({ strays: [{ pid: 4711, innerPid: 62, command: 'perl' }] })).toMatchObject([
    { kind: 'process', pid: 62, command: 'perl', remedy: expect.stringContaining('kill 62') },
  ]);
});

test('a process that was stopped is in the way where cgroup v1 freezes', () => {
  const facts = { ...none, processes: [process({ isStopped: true })] };
  const judged = (legacyFreezer: boolean) =>
    judgeCheckpoint({ facts, links: [], ownLinks: [], interfaces: [], legacyFreezer });
  expect(judged(true)).toMatchObject([{ kind: 'process', pid: 7, passing: false }]);
  expect(judged(false)).toEqual([]);
});

test.each([
  ['anon_inode:[io_uring]', null, 'descriptor'],
  ['anon_inode:[userfaultfd]', null, 'descriptor'],
  ['anon_inode:bpf-prog', null, 'descriptor'],
  ['socket:[8]', 'SCTP', 'socket'],
  ['socket:[8]', 'MPTCP', 'socket'],
  ['/dev/fuse', null, 'device'],
  ['/dev/net/tun', null, 'device'],
])('%s (%s) is in the way', (target, protocol, kind) => {
  expect(descriptor(target, protocol)).toMatchObject([{ kind, passing: false }]);
});

test('a console that no session controls is in the way for a moment only', () => {
  expect(descriptor('/dev/console')).toMatchObject([{ kind: 'terminal', passing: true }]);
  const open = [{ number: 0, target: '/dev/console', protocol: null, isUnlinkedAlias }];
  const login = process({ innerPid: 9, terminal: 136 * 256, descriptors: open });
  expect(judge({ processes: [process({ descriptors: open }), login] })).toEqual([]);
});

test('file systems and interfaces that nobody can make again are in the way', () => {
  expect(judge({ mounts: [{ target: '/mnt', type: 'nfs4', isDeleted: false, pid: 1 }] })).toMatchObject([
    { kind: 'mount', subject: '/mnt' },
  ]);
  expect(judge({}, [{ name: 'wg0', kind: 'wireguard' }])).toMatchObject([
    { kind: 'interface', subject: 'wg0' },
  ]);
});

test('a mounted file that was deleted is in the way', () => {
  const mounts = [{ target: '/dev/console', type: 'devpts', isDeleted: true, pid: 1 }];
  expect(judge({ mounts })).toMatchObject([
    { kind: 'mount', subject: '/dev/console', remedy: 'restart the VE' },
  ]);
});

test('what the kernel told and nobody has read yet is in the way for a moment', () => {
  const descriptors = [{ number: 3, target: 'socket:[77]', protocol: 'NETLINK', isUnlinkedAlias }];
  const processes = [process({ descriptors })];
  expect(judge({ processes, unreadNetlink: [77] })).toMatchObject([{ kind: 'socket', passing: true }]);
  expect(judge({ processes, unreadNetlink: [78] })).toEqual([]);
});

test('an open file whose name was removed is in the way when it has another one, and not when it has none', () => {
  expect(descriptor('/srv/a (deleted)')).toEqual([]);
  expect(descriptor('/srv/a (deleted)', null, { isUnlinkedAlias: true })).toMatchObject([
    { kind: 'descriptor', subject: 'fd 3', problem: expect.stringContaining('the name /srv/a,') },
  ]);
});

test('memory that the kernel does not show is in the way', () => {
  expect(descriptor('/secretmem (deleted)')).toMatchObject([{ kind: 'descriptor', subject: 'fd 3' }]);
});

test('a connection that nobody has accepted yet is in the way when something was sent over it, or who made it has ended', () => {
  const socketOf = (command: string, inode: number) =>
    process({
      command,
      descriptors: [{ number: 3, target: `socket:[${inode}]`, protocol: 'UNIX-STREAM', isUnlinkedAlias }],
    });
  const processes = [socketOf('server', 80), socketOf('client', 81)];
  const waiting = (client: number | null, unreadBytes: number) =>
    judge({ processes, waitingConnections: [{ listener: 80, client, unreadBytes }] });
  expect(waiting(81, 0)).toEqual([]);
  expect(waiting(81, 768)).toMatchObject([
    { kind: 'socket', command: 'server', passing: true, problem: expect.stringContaining('client') },
  ]);
  expect(waiting(null, 0)).toMatchObject([{ kind: 'socket', command: 'server', passing: true }]);
  const nobody = { waitingConnections: [{ listener: 8, client: 9, unreadBytes: 1 }] };
  expect(judge(nobody)).toMatchObject([{ kind: 'socket', command: null, pid: null }]);
});
