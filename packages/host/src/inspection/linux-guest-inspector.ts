import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import type { CommandRunner } from '../commands/command-runner.ts';
import { linkedAttribute } from '../syscalls/attribute-calls.ts';
import { hasErrorCode } from '../syscalls/system-error.ts';
import {
  comparedNamespaces,
  type DescriptorFacts,
  type GuestFacts,
  type GuestInspector,
  type GuestMountFacts,
  type ProcessFacts,
  type StrayFacts,
  type WaitingConnection,
} from './guest-inspector.ts';
import { countUnaccepted, hasWaitingConnections, parseWaitingConnections } from './waiting-connections.ts';

/** Through /proc, synchronously: it answers from memory, and a trip to a worker thread for each of some hundred files would cost more. */
export class LinuxGuestInspector implements GuestInspector {
  readonly #commands: CommandRunner;

  constructor(ports: { readonly commands: CommandRunner }) {
    this.#commands = ports.commands;
  }

  async inspect(init: number, pids: readonly number[]): Promise<GuestFacts> {
    const own = new Set(pids);
    const initNamespaces = namespacesOf(init);
    const processes = pids.flatMap((pid) => ifAlive(() => processFacts(pid, own, initNamespaces)));
    return {
      processes,
      strays: pids.flatMap(childrenOf).flatMap((pid) => (own.has(pid) ? [] : strayFacts(pid))),
      mounts: mountsOf(pids),
      unreadNetlink: unreadNetlinkOf(init),
      waitingConnections: await this.#waitingConnections(init),
    };
  }

  async unacceptedStreams(init: number): Promise<number> {
    const tables = ['tcp', 'tcp6'].flatMap((name) =>
      ifAlive(() => readFileSync(`/proc/${init}/net/${name}`, 'utf8')),
    );
    return tables.reduce((sum, table) => sum + countUnaccepted(table), 0);
  }

  /** Only the kernel's diagnosis of sockets tells whose they are, and it is asked from inside their network namespace. */
  async #waitingConnections(init: number): Promise<readonly WaitingConnection[]> {
    const [table = ''] = ifAlive(() => readFileSync(`/proc/${init}/net/unix`, 'utf8'));
    if (!hasWaitingConnections(table)) return [];
    const argv = ['nsenter', `--net=/proc/${init}/ns/net`, '--', 'ss', '--unix', '--all', '--extended'];
    const { stdout } = await this.#commands.run(argv);
    return parseWaitingConnections(stdout);
  }
}

/** Columns 5 and 10 of /proc/PID/net/netlink: bytes that wait to be read, and the socket's inode (net/netlink/af_netlink.c). */
const unreadNetlinkOf = (pid: number): readonly number[] =>
  ifAlive(() => readFileSync(`/proc/${pid}/net/netlink`, 'utf8'))
    .flatMap((text) => text.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => Number(columns[4]) > 0)
    .map((columns) => Number(columns[9]));

const ifAlive = <T>(read: () => T): readonly T[] => {
  try {
    return [read()];
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return [];
    throw error;
  }
};

const namespacesOf = (pid: number): readonly string[] =>
  comparedNamespaces.map((name) => ifAlive(() => readlinkSync(`/proc/${pid}/ns/${name}`))[0] ?? '');

/** Of all its threads: /proc/PID/task/TID/children (proc_tid_children(5)). */
const childrenOf = (pid: number): readonly number[] =>
  ifAlive(() => readdirSync(`/proc/${pid}/task`))
    .flat()
    .flatMap((thread) => ifAlive(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')))
    .flatMap((text) => text.split(' ').filter(Boolean).map(Number));

/** A process that has ended, and waits for its parent to ask how, is in no group any more. */
const strayFacts = (pid: number): readonly StrayFacts[] =>
  ifAlive(() => statusOf(pid)).flatMap((status) =>
    status('State').startsWith('Z')
      ? []
      : [{ pid, innerPid: innermost(status('NSpid')), command: status('Name') }],
  );

/** The fields of /proc/PID/status (proc_pid_status(5)). */
const statusOf = (pid: number): ((name: string) => string) => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (name) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
};

/** An id as the innermost namespace has it. */
const innermost = (ids: string): number => Number(ids.split(/\s+/).at(-1));

const processFacts = (pid: number, own: ReadonlySet<number>, init: readonly string[]): ProcessFacts => {
  const field = statusOf(pid);
  const innerId = (name: string): number => innermost(field(name));
  // a process that is ending has none
  const kibibytes = (name: string): number => 1024 * (Number.parseInt(field(name), 10) || 0);
  const parent = Number(field('PPid'));
  const { state, group, terminal, foreground } = jobOf(pid);
  const namespaces = namespacesOf(pid);
  return {
    pid,
    innerPid: innerId('NSpid'),
    command: field('Name'),
    parent: own.has(parent) ? parent : 0,
    tracer: Number(field('TracerPid')),
    terminal,
    session: innerId('NSsid'),
    group: innerId('NSpgid'),
    memoryBytes: kibibytes('RssAnon'),
    sharedBytes: kibibytes('RssShmem'),
    isForeground: terminal !== 0 && foreground === group,
    isStopped: state === 'T' || (state === 'D' && waitsIn(pid) === 'do_signal_stop'),
    otherNamespaces: comparedNamespaces.filter(
      (_name, index) => namespaces[index] !== '' && namespaces[index] !== init[index],
    ),
    descriptors: descriptorsOf(pid),
  };
};

/** The kernel's function in which a process waits: the state of one that is frozen on cgroup v1 does not tell what it was before. */
const waitsIn = (pid: number): string => ifAlive(() => readFileSync(`/proc/${pid}/wchan`, 'latin1'))[0] ?? '';

/** Fields 3, 5, 7 and 8 of /proc/PID/stat, counted from behind the command, which may hold anything. */
const jobOf = (pid: number) => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [state, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    state,
    group: Number(group),
    terminal: Number(terminal),
    foreground: Number(foreground),
  };
};

const descriptorsOf = (pid: number): readonly DescriptorFacts[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((number) =>
    ifAlive(() => {
      const path = `/proc/${pid}/fd/${number}`;
      const target = readlinkSync(path);
      const protocol = target.startsWith('socket:') ? protocolOf(path) : null;
      const isUnlinkedAlias = target.endsWith(' (deleted)') && statSync(path).nlink > 0;
      return { number: Number(number), target, protocol, isUnlinkedAlias };
    }),
  );

/** sock_attribute in net/socket.c: the name that /proc/net/protocols lists the socket's protocol under. */
const protocolOf = (path: string): string | null =>
  ifAlive(() =>
    linkedAttribute(Buffer.from(path), 'system.sockprotoname').toString().replace(/\0$/, ''),
  )[0] ?? null;

const mountsOf = (pids: readonly number[]): readonly GuestMountFacts[] => {
  const namespaces = new Map<string, number>();
  for (const pid of pids)
    for (const name of ifAlive(() => readlinkSync(`/proc/${pid}/ns/mnt`)))
      if (!namespaces.has(name)) namespaces.set(name, pid);
  const found = new Map<string, GuestMountFacts>();
  for (const pid of namespaces.values()) {
    for (const text of ifAlive(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8'))) {
      for (const mount of parseGuestMounts(text, pid)) {
        const key = `${mount.type} ${mount.target}`;
        if (!found.has(key)) found.set(key, mount);
      }
    }
  }
  return [...found.values()];
};

/** Lines of /proc/PID/mountinfo (proc_pid_mountinfo(5)): the root is field 4, the target field 5, the type the first after the separator. */
const parseGuestMounts = (text: string, pid: number): readonly GuestMountFacts[] =>
  text.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const type = fields[fields.indexOf('-') + 1];
    const target = fields[4];
    if (target === undefined || type === undefined || !line.includes(' - ')) return [];
    return [
      {
        target: target.replaceAll(/\\([0-7]{3})/g, (_all, code: string) =>
          String.fromCharCode(Number.parseInt(code, 8)),
        ),
        type,
        isDeleted: fields[3]?.endsWith('//deleted') === true,
        pid,
      },
    ];
  });
