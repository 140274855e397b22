import type { CheckpointBlocker } from '@insula/contract';
import type { GuestFacts } from '@insula/host';

/**
 * Connections over UNIX sockets that nobody has accepted yet. CRIU makes them again from the side that connected, and can neither save
 * what was sent over one already ("Non-empty write queue on in-flight socket") nor one that was closed again ("Found a closed in-flight
 * socket", both in criu/sk-unix.c). In a server that works this is over in less than a millisecond.
 */
export function judgeWaiting({
  processes,
  waitingConnections,
}: Pick<GuestFacts, 'processes' | 'waitingConnections'>): readonly CheckpointBlocker[] {
  const owner = (inode: number | null) =>
    processes.find(({ descriptors }) => descriptors.some(({ target }) => target === `socket:[${inode}]`));
  return waitingConnections
    .filter(({ client, unreadBytes }) => client === null || unreadBytes > 0)
    .map(({ listener, client }) => {
      const server = owner(listener);
      const sender = owner(client)?.command ?? 'somebody';
      const what = client === null ? 'that was closed meanwhile' : `over which ${sender} has sent something`;
      return {
        kind: 'socket',
        pid: server?.innerPid ?? null,
        command: server?.command ?? null,
        subject: 'UNIX socket',
        passing: true,
        problem: `${server?.command ?? 'a service'} has not accepted a connection yet ${what}`,
        remedy: 'wait until it does; a service that never does is stopped or restarted',
      };
    });
}
