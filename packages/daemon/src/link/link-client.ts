import type { ClientRequest, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { CodedError, fault, type Peer, type Problem } from '@insula/contract';
import type { PeerCall, PeerCalls, PeerLink } from '@insula/migration';
import type { Identity } from './identity.ts';
import type { Peers } from './peers.ts';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds to reach a node; what it then takes to answer depends on what is asked. */
const connectPatience = 10_000;

/** Calls to other nodes over TLS 1.3, in which each side shows its certificate and knows the other's fingerprint. */
export class LinkClient implements PeerLink {
  readonly #peers: Peers;
  readonly #identity: () => Promise<Identity>;

  constructor(peers: Peers, identity: () => Promise<Identity>) {
    this.#peers = peers;
    this.#identity = identity;
  }

  async call<Call extends PeerCall>(
    peer: string,
    call: Call,
    ask: PeerCalls[Call]['ask'],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<PeerCalls[Call]['answer']> {
    const asked = {
      method: 'POST',
      path: `/link/v1/${call}`,
      headers: { 'content-type': 'application/json' },
      signal: options.signal,
    };
    const text = await this.#ask(peer, asked, (request) => request.end(JSON.stringify(ask)));
    return JSON.parse(text) as PeerCalls[Call]['answer'];
  }

  async send(
    peer: string,
    what: { readonly kind: string; readonly id: string; readonly name?: string },
    stream: Readable,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { kind, id, name } = what;
    const query = new URLSearchParams({ kind, id, ...(name === undefined ? {} : { [kind]: name }) });
    const asked = {
      method: 'PUT',
      path: `/link/v1/stream?${query.toString()}`,
      headers: { 'content-type': 'application/octet-stream' },
      signal: options.signal,
    };
    await this.#ask(peer, asked, (request) => {
      pipeline(stream, request, () => undefined);
    });
  }

  async #ask(name: string, asked: Asked, write: (request: ClientRequest) => void): Promise<string> {
    const peer = this.#peers.find(name);
    const { key, certificate } = await this.#identity();
    const address = `${peer.address}:${peer.port}`;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = request({
        host: peer.address,
        port: peer.port,
        method: asked.method,
        path: asked.path,
        key,
        cert: certificate,
        minVersion: 'TLSv1.3',
        // who it is says its fingerprint, which is compared below, before anything is sent
        rejectUnauthorized: false,
        agent: false,
        headers: asked.headers ?? {},
        ...(asked.signal === undefined ? {} : { signal: asked.signal }),
      });
      const late = setTimeout(() => outgoing.destroy(new Error('no connection in time')), connectPatience);
      outgoing.on('socket', (socket) => {
        socket.setNoDelay(true);
        socket.setKeepAlive(true, 5_000);
        socket.once('secureConnect', () => {
          clearTimeout(late);
          const problem = strangeness(peer, (socket as TLSSocket).getPeerX509Certificate());
          if (problem === null) write(outgoing);
          else outgoing.destroy(fault('peer_refused', { node: name, address, problem }));
        });
      });
      outgoing.once('response', resolve);
      outgoing.once('error', (error) => {
        clearTimeout(late);
        if (error instanceof CodedError) return reject(error);
        if (asked.signal?.aborted === true) return reject(asked.signal.reason as Error);
        reject(fault('peer_unreachable', { node: name, address, problem: error.message }, { cause: error }));
      });
    });
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    } catch (error) {
      throw fault(
        'peer_unreachable',
        { node: name, address, problem: (error as Error).message },
        { cause: error },
      );
    }
    const text = Buffer.concat(chunks).toString();
    if ((response.statusCode ?? 500) < 400) return text;
    throw problemOf(text, name, address);
  }
}

/** What is wrong with a certificate, in words; null when it is the peer's and in its time. */
export function strangeness(
  peer: Pick<Peer, 'fingerprint'> | undefined,
  certificate:
    | { readonly fingerprint256: string; readonly validFrom: string; readonly validTo: string }
    | undefined,
): string | null {
  if (certificate === undefined) return 'it shows no certificate';
  if (peer?.fingerprint !== certificate.fingerprint256)
    return `its certificate is ${certificate.fingerprint256}`;
  const now = Date.now();
  if (now > Date.parse(certificate.validTo)) return `its certificate ended ${certificate.validTo}`;
  return now < Date.parse(certificate.validFrom) ? `its certificate begins ${certificate.validFrom}` : null;
}

function problemOf(text: string, node: string, address: string): CodedError {
  try {
    return CodedError.fromProblem(JSON.parse(text) as Problem);
  } catch {
    return fault('peer_unreachable', { node, address, problem: 'its answer cannot be read' });
  }
}
