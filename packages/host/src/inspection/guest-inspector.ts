/** Namespaces that are compared: those whose nesting CRIU cannot dump (mnt, which it can, is not among them). */
export const comparedNamespaces = ['uts', 'ipc', 'user', 'pid', 'cgroup', 'time', 'net'] as const;
export type ComparedNamespace = (typeof comparedNamespaces)[number];

export interface ProcessFacts {
  readonly pid: number;
  /** Its pid inside. */
  readonly innerPid: number;
  readonly command: string;
  /** Parent on the host; 0 when that is not a process of this pid namespace. */
  readonly parent: number;
  readonly tracer: number;
  /** Number of its controlling terminal as proc_pid_stat(5) has it; 0 without one. */
  readonly terminal: number;
  /** Its session and its process group, by their ids inside. */
  readonly session: number;
  readonly group: number;
  /** Its group is the one in the foreground of its terminal. */
  readonly isForeground: boolean;
  /** A signal has stopped it (SIGSTOP, Ctrl-Z), whether it is frozen besides or not. */
  readonly isStopped: boolean;
  /** Namespaces in which it differs from init. */
  readonly otherNamespaces: readonly ComparedNamespace[];
  /** Bytes of memory that no file has: its own, and what it shares with others. They are what a dump takes of it. */
  readonly memoryBytes: number;
  readonly sharedBytes: number;
  readonly descriptors: readonly DescriptorFacts[];
}

export type StrayFacts = Pick<ProcessFacts, 'pid' | 'innerPid' | 'command'>;

export interface DescriptorFacts {
  readonly number: number;
  /** As /proc/PID/fd shows it: a path, 'anon_inode:[eventpoll]', 'socket:[123]'. */
  readonly target: string;
  /** Of a socket: 'TCP', 'UNIX', 'NETLINK', 'SCTP', …, as the kernel names it. */
  readonly protocol: string | null;
  /** It is a file whose name was removed, and that has another one. */
  readonly isUnlinkedAlias: boolean;
}

export interface GuestMountFacts {
  readonly target: string;
  readonly type: string;
  /** It shows a file that has no name any more. */
  readonly isDeleted: boolean;
  /** A process that sees it. */
  readonly pid: number;
}

/** A connection over a UNIX socket that nobody has accepted yet. */
export interface WaitingConnection {
  /** Inode of the socket that it was made to. */
  readonly listener: number;
  /** Inode of the socket of whoever made it; null when that is closed already. */
  readonly client: number | null;
  /** What the kernel needs for that which the client has sent over it; 0 when it has sent nothing, or is closed. */
  readonly unreadBytes: number;
}

export interface GuestFacts {
  readonly processes: readonly ProcessFacts[];
  /** Children of these that were not asked for. */
  readonly strays: readonly StrayFacts[];
  /** Mounts of every mount namespace of the VE, each target and type once. */
  readonly mounts: readonly GuestMountFacts[];
  /** Inodes of netlink sockets with messages that nobody has read yet. */
  readonly unreadNetlink: readonly number[];
  readonly waitingConnections: readonly WaitingConnection[];
}

/** What the processes of a VE are and hold, as the kernel tells it; nothing is stopped or changed for it. */
export interface GuestInspector {
  /** Processes that end meanwhile are left out. */
  inspect(init: number, pids: readonly number[]): Promise<GuestFacts>;
  /** How many TCP connections are complete for their peers, and not yet accepted by the service that they were made to. */
  unacceptedStreams(init: number): Promise<number>;
}
