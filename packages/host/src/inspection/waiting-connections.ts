import type { WaitingConnection } from './guest-inspector.ts';

/**
 * Whether a text of /proc/PID/net/unix has a connection that nobody has accepted yet: the side of it that waits for that has no inode,
 * and is shown as connecting (unix_seq_show in net/unix/af_unix.c).
 */
export const hasWaitingConnections = (text: string): boolean =>
  /^[0-9a-f]+: \S+ \S+ \S+ \S+ 02 +0(?: |$)/m.test(text);

/** A socket that is listened on, its inode, and those of whoever has connected to it and waits: 0 is one that was closed meanwhile. */
const listening = /^u_\S+ +LISTEN +\d+ +\d+ +.* (\d+) +\* +0 .*\bpeers:((?: \d+)+)/;

/** A connected socket without somebody at the other side: the bytes that were sent and not received, and its inode. */
const connected = /^u_\S+ +ESTAB +\d+ +(\d+) +.* (\d+) +\* +0(?: |$)/;

/** From the lines of `ss --unix --all --extended` (ss(8)); what a VE names its sockets can only add to what it is told of itself. */
export function parseWaitingConnections(text: string): readonly WaitingConnection[] {
  const lines = text.split('\n');
  const sent = new Map(
    lines.flatMap((line) => {
      const found = connected.exec(line);
      return found === null ? [] : [[Number(found[2]), Number(found[1])] as const];
    }),
  );
  return lines.flatMap((line) => {
    const [, listener, clients = ''] = listening.exec(line) ?? [];
    return clients
      .split(' ')
      .slice(1)
      .map(Number)
      .map((client) => ({
        listener: Number(listener),
        client: client === 0 ? null : client,
        unreadBytes: sent.get(client) ?? 0,
      }));
  });
}

/**
 * TCP connections in a text of /proc/PID/net/tcp that wait to be accepted: of a socket that listens (state 0A) the column of what is
 * to be read counts them (get_tcp4_sock in net/ipv4/tcp_ipv4.c).
 */
export function countUnaccepted(text: string): number {
  const queues = text.matchAll(/^ *\d+: \S+ \S+ 0A [0-9A-F]+:([0-9A-F]+) /gm);
  return [...queues].reduce((sum, [, queue = '0']) => sum + Number.parseInt(queue, 16), 0);
}
