import type { CheckpointBlocker, NetworkInterface } from '@insula/contract';
import type { GuestFacts, GuestLinkFacts, ProcessFacts, StrayFacts } from '@insula/host';
import { linksInTheWay } from '../network/made-links.ts';
import { about as of } from './about.ts';
import { consoleOwner } from './console.ts';
import { judgeDescriptor } from './judge-descriptor.ts';
import { judgeWaiting } from './judge-waiting.ts';

export interface JudgedVe {
  readonly facts: GuestFacts;
  readonly links: readonly Pick<GuestLinkFacts, 'name' | 'kind'>[];
  /** Names of the links that the node makes again. */
  readonly ownLinks: readonly string[];
  /** Its interfaces beside the routed link. */
  readonly interfaces: readonly Pick<NetworkInterface, 'name' | 'kind' | 'device'>[];
  /** It is frozen by cgroup v1: see `freezesByLegacy`. */
  readonly legacyFreezer: boolean;
}

/** Everything that keeps the processes of a VE from being dumped, each with who has it and what helps. Pure: judges facts only. */
export function judgeCheckpoint({
  facts,
  links,
  ownLinks,
  interfaces,
  legacyFreezer,
}: JudgedVe): readonly CheckpointBlocker[] {
  return [
    ...facts.processes.flatMap(judgeProcess),
    ...facts.strays.map(judgeStray),
    ...(legacyFreezer ? facts.processes.flatMap(judgeStopped) : []),
    ...facts.processes.flatMap((process) =>
      process.descriptors.flatMap((fd) => judgeDescriptor(process, fd, facts.unreadNetlink)),
    ),
    ...judgeWaiting(facts),
    ...judgeConsole(facts.processes),
    ...facts.mounts.flatMap(judgeMount),
    ...interfaces.map(
      ({ name, kind, device }): CheckpointBlocker => ({
        kind: 'interface',
        pid: null,
        command: null,
        subject: name,
        passing: false,
        problem: `the interface ${name} is ${kind === 'device' ? `the device ${device} of the node` : `on the network of ${device}`}, where nobody can hold the traffic of a VE that stands still`,
        remedy: 'take the interface away first (`insula netif remove`), or stop the VE instead',
      }),
    ),
    ...linksInTheWay(links, [...ownLinks, ...interfaces.map(({ name }) => name)]).map(
      ({ name, kind }): CheckpointBlocker => ({
        kind: 'interface',
        pid: null,
        command: null,
        subject: name,
        passing: false,
        problem: `the interface ${name} (${kind ?? 'device'}) was made inside`,
        remedy: `remove it inside, make it again afterwards: ip link delete ${name}`,
      }),
    ),
  ];
}

function judgeProcess(process: ProcessFacts): readonly CheckpointBlocker[] {
  const { command, innerPid } = process;
  const nested = process.otherNamespaces.map((name) =>
    of(process, {
      kind: 'namespace',
      subject: name,
      problem: `${command} has a ${name} namespace of its own`,
      remedy:
        name === 'time'
          ? 'it was started by `insula exec` before the VE was last restored: end it, and start it from inside'
          : name === 'pid'
            ? 'stop the container or VE inside that it belongs to'
            : `stop its service, or set ${serviceSetting(name)} for it`,
    }),
  );
  const foreign =
    innerPid !== 1 && process.parent === 0
      ? [
          of(process, {
            kind: 'process',
            subject: String(innerPid),
            problem: `${command} was brought in from outside and is no child of init`,
            remedy: 'end the `insula exec` or `insula enter` that it belongs to',
          }),
        ]
      : [];
  const traced =
    process.tracer > 0
      ? [
          of(process, {
            kind: 'process',
            subject: String(innerPid),
            problem: `${command} is traced by a debugger`,
            remedy: 'end the debugger (strace, gdb)',
          }),
        ]
      : [];
  return [...nested, ...foreign, ...traced];
}

/** What freezes a VE, and what CRIU saves of it, are the processes of its group. */
function judgeStray(process: StrayFacts): CheckpointBlocker {
  const { command, innerPid } = process;
  return of(process, {
    kind: 'process',
    subject: String(innerPid),
    problem: `${command} was put into the VE by another tool, and is in no group of it`,
    remedy: `end it inside, and start it there or by \`insula exec\`: kill ${innerPid}`,
  });
}

/**
 * A tracer waits for a stopped process to become a traced one (JOBCTL_TRAPPING in kernel/ptrace.c), which one that cgroup v1 has frozen
 * cannot: CRIU would wait for ever, and the VE with it.
 */
function judgeStopped(process: ProcessFacts): readonly CheckpointBlocker[] {
  if (!process.isStopped) return [];
  const { command, innerPid } = process;
  return [
    of(process, {
      kind: 'process',
      subject: String(innerPid),
      problem: `${command} was stopped by a signal (SIGSTOP, Ctrl-Z), and this node freezes by cgroup v1`,
      remedy: `let it go on or end it inside: kill -CONT ${innerPid}`,
    }),
  ];
}

function serviceSetting(namespace: string): string {
  const settings: Readonly<Record<string, string>> = {
    net: 'PrivateNetwork=no',
    user: 'PrivateUsers=no',
    ipc: 'PrivateIPC=no',
    uts: 'ProtectHostname=no',
    cgroup: 'ProtectControlGroups=no',
  };
  return settings[namespace] ?? 'no namespaces';
}

/**
 * The other side of the console is outside, with conmon. CRIU can only bring it back for the session that it controls: between the
 * scripts of a boot and the login prompt there is none.
 */
function judgeConsole(processes: readonly ProcessFacts[]): readonly CheckpointBlocker[] {
  if (consoleOwner(processes) !== null) return [];
  const user = processes.find(({ descriptors }) =>
    descriptors.some(({ target }) => target === '/dev/console' || target === '/dev/pts/0'),
  );
  if (user === undefined) return [];
  return [
    of(user, {
      kind: 'terminal',
      subject: '/dev/console',
      problem: `${user.command} has the console open, and no session controls it`,
      remedy: 'wait until the boot is over and the console shows its login prompt',
      passing: true,
    }),
  ];
}

/** File systems that CRIU can mount again (criu/filesystems.c), and overlay and devtmpfs, which come from outside. */
export const knownFileSystems = [
  ...[
    'proc',
    'sysfs',
    'devtmpfs',
    'binfmt_misc',
    'tmpfs',
    'devpts',
    'mqueue',
    'securityfs',
    'fusectl',
    'debugfs',
  ],
  ...['tracefs', 'cgroup', 'cgroup2', 'overlay', 'autofs', 'pstore', 'fuse.lxcfs'],
];

function judgeMount({ target, type, isDeleted }: GuestFacts['mounts'][number]): readonly CheckpointBlocker[] {
  if (isDeleted) {
    return [
      {
        kind: 'mount',
        pid: null,
        command: null,
        subject: target,
        passing: false,
        problem: `${target} shows a file that was deleted`,
        // the console of a VE that had no login prompt on it when it was last saved
        remedy: target === '/dev/console' ? 'restart the VE' : `unmount it inside: umount ${target}`,
      },
    ];
  }
  if (knownFileSystems.includes(type)) return [];
  return [
    {
      kind: 'mount',
      pid: null,
      command: null,
      subject: target,
      passing: false,
      problem: `${target} is a file system of type ${type}`,
      remedy: `unmount it inside: umount ${target}`,
    },
  ];
}
