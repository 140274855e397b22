import type { Socket } from 'node:net';

/** Who is at the other end of a unix socket, as the kernel noted it at connect. */
export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Sockets {
  /**
   * @throws SystemError ENOTSOCK and the like
   * @throws TypeError when the socket is closed or has no descriptor
   */
  peerCredentials(socket: Socket | { readonly fd: number }): PeerCredentials;
}
