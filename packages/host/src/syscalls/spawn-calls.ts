import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { errnoCall, libraryCall } from './libc.ts';

const spawnCall = errnoCall('posix_spawn', ['void *', 'str', 'void *', 'void *', 'str *', 'str *']);
const initActionsCall = errnoCall('posix_spawn_file_actions_init', ['void *']);
const duplicateActionCall = errnoCall('posix_spawn_file_actions_adddup2', ['void *', 'int', 'int']);
const openActionCall = errnoCall('posix_spawn_file_actions_addopen', ['void *', 'int', 'str', 'int', 'uint']);
const directoryActionCall = errnoCall('posix_spawn_file_actions_addchdir_np', ['void *', 'str']);
const closeActionCall = errnoCall('posix_spawn_file_actions_addclosefrom_np', ['void *', 'int']);
const freeActionsCall = errnoCall('posix_spawn_file_actions_destroy', ['void *']);
const initAttributesCall = errnoCall('posix_spawnattr_init', ['void *']);
const setFlagsCall = errnoCall('posix_spawnattr_setflags', ['void *', 'short']);
const setDefaultsCall = errnoCall('posix_spawnattr_setsigdefault', ['void *', 'void *']);
const duplicateCall = libraryCall('fcntl', ['int', 'int', 'int']);
const socketPairCall = libraryCall('socketpair', ['int', 'int', 'int', 'void *']);
const waitCall = libraryCall('waitpid', ['int', 'void *', 'int']);

/** Larger than posix_spawn_file_actions_t (80 bytes) and posix_spawnattr_t (336) of glibc. */
const structBytes = 512;
const signalSetBytes = 128;

/** bits/spawn.h: default dispositions, no blocked signal, a session of its own. */
const flag = { signalDefaults: 0x04, signalMask: 0x08, newSession: 0x80 } as const;

const duplicateCloseOnExec = 1030;
const withoutWaiting = 1;
const familyUnix = 1;
const typeStream = 1;
const closeOnExec = 0o2000000;

export interface SpawnRequest {
  /** Path of the program: nothing is searched. */
  readonly program: string;
  readonly argv: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What becomes descriptors 0, 1, 2, … of the program: descriptors of this process, or null for /dev/null. It gets no others. */
  readonly descriptors: readonly (number | null)[];
  readonly newSession: boolean;
}

/**
 * Starts a program and returns its pid. posix_spawn(3) shares the memory with the child until that executes the program, where
 * fork(2), which Node's own child_process uses, copies the page tables: 10 ms and more for each 100 MB that this process has.
 * It runs on the calling thread on purpose: prctl(PR_SET_PDEATHSIG) takes the thread that made a process for its parent.
 * @throws SystemError ENOENT, EACCES when the program cannot be executed
 */
export const spawnProcess = (request: SpawnRequest): number => {
  const pid = Buffer.alloc(4);
  const actions = Buffer.alloc(structBytes);
  const attributes = attributesOf(request);
  const held: number[] = [];
  initActionsCall([actions]);
  try {
    // a source among the targets would be overwritten before its turn: all sources go above them first
    const targets = request.descriptors.length;
    const sources = request.descriptors.map((fd) => {
      if (fd === null || fd >= targets) return fd;
      const copy = duplicateCall.now([fd, duplicateCloseOnExec, targets]);
      held.push(copy);
      return copy;
    });
    for (const [target, source] of sources.entries()) {
      if (source === null) openActionCall([actions, target, '/dev/null', 2, 0]);
      else duplicateActionCall([actions, source, target]);
    }
    closeActionCall([actions, targets]);
    if (request.cwd !== undefined) directoryActionCall([actions, request.cwd]);
    const variables = Object.entries(request.env).map(([name, value]) => `${name}=${value}`);
    const { program, argv } = request;
    spawnCall([pid, program, actions, attributes, [...argv, null], [...variables, null]], { path: program });
    return pid.readInt32LE();
  } finally {
    freeActionsCall([actions]);
    for (const fd of held) closeSync(fd);
  }
};

/** Node ignores SIGPIPE, which programs would inherit. */
const attributesOf = ({ newSession }: SpawnRequest): Buffer => {
  const attributes = Buffer.alloc(structBytes);
  initAttributesCall([attributes]);
  setDefaultsCall([attributes, Buffer.alloc(signalSetBytes, 0xff)]);
  setFlagsCall([attributes, flag.signalDefaults | flag.signalMask | (newSession ? flag.newSession : 0)]);
  return attributes;
};

/** Two connected stream sockets, ours and the child's. */
export const socketPair = (): readonly [number, number] => {
  const fds = Buffer.alloc(8);
  socketPairCall.now([familyUnix, typeStream | closeOnExec, 0, fds]);
  return [fds.readInt32LE(0), fds.readInt32LE(4)];
};

export interface ProcessEnd {
  readonly exitCode: number | null;
  /** Name, such as 'SIGKILL'. */
  readonly signal: string | null;
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

/** Takes note of the end of a child; null while it lives. @throws SystemError ECHILD */
export const reapProcess = (pid: number): ProcessEnd | null => {
  const status = Buffer.alloc(4);
  if (waitCall.now([pid, status, withoutWaiting], { path: `process ${pid}` }) === 0) return null;
  // wait(2): the low seven bits are the signal, the second byte is the exit code
  const number = status.readUInt8(0) & 0x7f;
  if (number === 0) return { exitCode: status.readUInt8(1), signal: null };
  return { exitCode: null, signal: signalNames.get(number) ?? `signal ${number}` };
};
