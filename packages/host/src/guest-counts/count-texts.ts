/** What /proc/PID/status says of one process. */
export interface StatusCounts {
  readonly uid: string;
  /** Of its user as a whole, not of the process. */
  readonly queuedSignals: number;
  readonly lockedBytes: number;
}

/** The lines Uid, SigQ (`queued/limit`) and VmLck (KiB) of proc_pid_status(5). */
export function parseStatus(text: string): StatusCounts {
  return {
    uid: /^Uid:\s+(\d+)/m.exec(text)?.[1] ?? '',
    queuedSignals: Number(/^SigQ:\s+(\d+)/m.exec(text)?.[1] ?? 0),
    lockedBytes: Number(/^VmLck:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024,
  };
}

/** Sums over processes; what counts for a user counts once. */
export function sumStatus(all: readonly StatusCounts[]): {
  readonly queuedSignals: number;
  readonly lockedBytes: number;
} {
  const byUser = new Map<string, number>();
  for (const { uid, queuedSignals } of all) byUser.set(uid, Math.max(byUser.get(uid) ?? 0, queuedSignals));
  return {
    queuedSignals: [...byUser.values()].reduce((sum, count) => sum + count, 0),
    lockedBytes: all.reduce((sum, { lockedBytes }) => sum + lockedBytes, 0),
  };
}

/** Sockets of a network namespace by /proc/PID/net/sockstat and sockstat6. */
export function parseSockets(
  text: string | null,
  text6: string | null,
): { readonly tcp: number; readonly other: number } | null {
  const used = /^sockets: used (\d+)/m.exec(text ?? '')?.[1];
  if (used === undefined) return null;
  const tcp =
    Number(/^TCP: inuse (\d+)/m.exec(text ?? '')?.[1] ?? 0) +
    Number(/^TCP6: inuse (\d+)/m.exec(text6 ?? '')?.[1] ?? 0);
  return { tcp, other: Math.max(0, Number(used) - tcp) };
}

/** The first column of /proc/PID/net/stat/nf_conntrack, in hexadecimal; every processor's line has the same. */
export function parseConnections(text: string | null): number | null {
  const entries = text?.split('\n')[1]?.trim().split(/\s+/)[0];
  return entries === undefined || entries === '' ? null : Number.parseInt(entries, 16);
}

/** Lines of /proc/locks (proc_locks(5)) that processes hold; those that wait (`->`) hold nothing. */
export function countLocks(text: string, pids: ReadonlySet<number>): number {
  return text.split('\n').filter((line) => {
    const [, kind, , , pid] = line.trim().split(/\s+/);
    return kind !== '->' && pids.has(Number(pid));
  }).length;
}
