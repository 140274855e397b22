import type { Socket } from 'node:net';
import { peerCredentialsOf } from '../syscalls/socket-calls.ts';
import type { PeerCredentials, Sockets } from './sockets.ts';

/** SO_PEERCRED of unix(7). */
export class LinuxSockets implements Sockets {
  peerCredentials(socket: Socket | { readonly fd: number }): PeerCredentials {
    const fd = 'fd' in socket ? socket.fd : descriptorOf(socket);
    return peerCredentialsOf(fd);
  }
}

/** Node has no public way to a socket's descriptor; the handle of a unix socket has had this field since Node 0.6. */
const descriptorOf = (socket: Socket): number => {
  const handle = (socket as unknown as { readonly _handle?: { readonly fd?: number } | null })._handle;
  const fd = handle?.fd;
  if (fd === undefined || fd < 0) throw new TypeError('the socket is closed or has no descriptor');
  return fd;
};
