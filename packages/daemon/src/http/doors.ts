import { fault } from '@insula/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Caller, root } from '../access/caller.ts';
import { crossSiteFault } from '../access/same-site.ts';
import type { Node } from '../node.ts';

/** A way in to the API. */
export interface Door {
  readonly kind: 'local' | 'network';
  /** Who is at it; null for somebody who does not say. @throws CodedError forbidden, unauthenticated, cross_site */
  callerOf(request: FastifyRequest, reply: FastifyReply): Caller | null;
}

/** The unix socket: the kernel says who is at the other end, and only root is let in, whatever the database says. */
export function localDoor(node: Node): Door {
  const known = new WeakMap<object, number>();
  return {
    kind: 'local',
    callerOf(request) {
      const { socket } = request.raw;
      const uid = known.get(socket) ?? node.host.sockets.peerCredentials(socket).uid;
      known.set(socket, uid);
      if (uid !== 0) throw fault('forbidden', { permission: 'use the local socket' });
      return root;
    },
  };
}

/** TLS: callers prove who they are, and nothing comes from pages of other sites. */
export function networkDoor({ access }: Node): Door {
  return {
    kind: 'network',
    callerOf(request, reply) {
      const { method, headers, routeOptions } = request;
      const caller = access.authentication.callerOf(request, reply);
      const problem = crossSiteFault({
        method,
        headers,
        // a login is as good as a change: whoever is logged in by another site would work in a stranger's name
        isAmbient: caller === null ? routeOptions.config.row?.scope === 'open' : caller.via !== 'token',
        isSocket: headers.upgrade !== undefined,
      });
      if (problem !== null) throw problem;
      return caller;
    },
  };
}
