import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { type ProcessEnd, socketPair, spawnProcess } from '../syscalls/spawn-calls.ts';
import type { StreamDisposition } from './command-runner.ts';
import { endOf } from './ends.ts';

export interface ChildRequest {
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Descriptors 0, 1, 2, … of the child. */
  readonly streams: readonly StreamDisposition[];
  readonly newSession: boolean;
}

/** A started program and our ends of its pipes. */
export interface Child {
  readonly pid: number;
  /** By descriptor of the child; null where no pipe was asked for. */
  readonly streams: readonly (Socket | null)[];
  /** Settles when the process has ended and what it wrote to its output pipes was handed over. */
  readonly exited: Promise<ProcessEnd>;
  /** Does nothing once it has ended. */
  kill(signal: 'SIGTERM' | 'SIGKILL'): void;
}

const input = 0;
const outputs = [1, 2];

/** Starts a program. @throws SystemError */
export const startChild = (request: ChildRequest): Child => {
  const pairs: (readonly [ours: number, theirs: number] | null)[] = [];
  let pid: number;
  try {
    for (const stream of request.streams) pairs.push(stream === 'pipe' ? socketPair() : null);
    const descriptors = request.streams.map((stream, index) =>
      typeof stream === 'number' ? stream : (pairs[index]?.[1] ?? null),
    );
    pid = spawnProcess({ ...request, descriptors });
  } catch (error) {
    for (const pair of pairs) if (pair !== null) closeSync(pair[0]);
    throw error;
  } finally {
    for (const pair of pairs) if (pair !== null) closeSync(pair[1]);
  }
  let isGone = false;
  const ended = endOf(pid).then((end) => {
    isGone = true;
    return end;
  });
  const streams = pairs.map((pair, index) => (pair === null ? null : ourEnd(pair[0], index)));
  const kill = (signal: 'SIGTERM' | 'SIGKILL') => {
    // until it is reaped the pid is its own
    if (!isGone) process.kill(pid, signal);
  };
  return { pid, streams, exited: finish(ended, streams), kill };
};

const ourEnd = (fd: number, index: number): Socket =>
  new Socket({ fd, readable: index !== input, writable: !outputs.includes(index) });

const finish = async (
  ended: Promise<ProcessEnd>,
  streams: readonly (Socket | null)[],
): Promise<ProcessEnd> => {
  const drained = outputs.map(async (index) => await closed(streams[index] ?? null));
  const end = await ended;
  streams[input]?.destroy();
  for (const index of outputs) {
    const stream = streams[index];
    // nobody wants to read it: what is in it must not hold us up
    if (stream?.readableFlowing === null && stream.listenerCount('readable') === 0) stream.resume();
  }
  await Promise.all(drained);
  return end;
};

const closed = async (stream: Socket | null): Promise<void> => {
  if (stream === null || stream.closed) return;
  await new Promise<void>((resolve) => {
    stream.once('close', () => resolve());
  });
};
