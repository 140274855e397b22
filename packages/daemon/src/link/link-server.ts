import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { fault, type NodeConfig } from '@insula/contract';
import { type Incoming, type PeerCall, type PeerCalls, peerStreams } from '@insula/migration';
import { codeError } from '../code-error.ts';
import type { Identity } from './identity.ts';
import { strangeness } from './link-client.ts';
import type { Peers } from './peers.ts';

interface LinkPorts {
  readonly config: Pick<NodeConfig, 'link'>;
  readonly peers: Peers;
  readonly identity: Identity;
  readonly incoming: Incoming;
}

const callNames: readonly PeerCall[] = [
  'check',
  'begin',
  'remove',
  'layer',
  'received',
  'decide',
  'state',
  'settled',
  'outcome',
];

/** Bytes of what is asked, beside streams; lists of removed names are the longest. */
const longestQuestion = 67_108_864;

/** Listens to nodes that are trusted. Everybody else is turned away before a byte is read of what they want. */
export async function listenToPeers(ports: LinkPorts): Promise<Server> {
  const { address, port } = ports.config.link;
  const { key, certificate } = ports.identity;
  const server = createServer(
    { key, cert: certificate, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' },
    (request, response) => void answer(ports, request, response),
  );
  // a restore of many gigabytes answers late, and its files take as long as they take
  Object.assign(server, { requestTimeout: 0, headersTimeout: 60_000 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, resolve);
  });
  return server;
}

async function answer(ports: LinkPorts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const certificate = (request.socket as TLSSocket).getPeerX509Certificate();
    const peer =
      certificate === undefined ? undefined : ports.peers.byFingerprint(certificate.fingerprint256);
    const problem = strangeness(peer, certificate);
    if (peer === undefined || problem !== null)
      throw fault('forbidden', { permission: `link: ${problem ?? 'not trusted'}` });
    const result = await respond(ports.incoming, request, peer.name);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result));
  } catch (error) {
    const coded = codeError(error);
    response.writeHead(coded.status, { 'content-type': 'application/problem+json', connection: 'close' });
    response.end(JSON.stringify(coded.toProblem()));
    request.destroy();
  }
}

async function respond(incoming: Incoming, request: IncomingMessage, peer: string): Promise<unknown> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'https://node');
  const name = pathname.replace(/^\/link\/v1\//, '');
  if (request.method === 'PUT' && name === 'stream') {
    const kind = peerStreams.find((known) => known === searchParams.get('kind'));
    if (kind === undefined) throw fault('no_such_route', { method: 'PUT', path: pathname });
    const [id, name] = [searchParams.get('id') ?? '', searchParams.get(kind) ?? undefined];
    await incoming.take(kind, id, name, request, peer);
    return null;
  }
  const call = callNames.find((known) => known === name);
  if (request.method !== 'POST' || call === undefined)
    throw fault('no_such_route', { method: request.method ?? '', path: pathname });
  return await incoming.answer(call, (await readJson(request)) as PeerCalls[typeof call]['ask'], peer);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > longestQuestion) throw fault('body_too_large', { limit: longestQuestion });
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
}
