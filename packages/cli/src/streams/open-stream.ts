import { connect } from 'node:net';
import { type CallRequest, fault, problemOf, requestPath } from '@insula/contract';
import type WebSocket from 'ws';
import { type ApiClient, trustOf } from '../client/api-client.ts';

const largestMessage = 1_048_576;

/**
 * Opens the WebSocket of a call. Nothing is sent yet; messages arrive as soon as a listener is there.
 * @throws CodedError what the daemon answered instead, or daemon_unavailable
 */
export async function openStream(
  { socketPath, remote, place }: ApiClient,
  request: Omit<CallRequest, 'body'>,
): Promise<WebSocket> {
  // loaded here: no other command needs it
  const { WebSocket: Socket } = await import('ws');
  const path = requestPath(request);
  const limits = { perMessageDeflate: false, maxPayload: largestMessage };
  const socket =
    remote === undefined
      ? new Socket(`ws://insula${path}`, { ...limits, createConnection: () => connect(socketPath) })
      : new Socket(`wss${remote.url.slice('https'.length)}${path}`, {
          ...limits,
          ...trustOf(remote),
          headers: remote.headers,
        });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      // until the caller listens
      socket.pause();
      resolve(socket);
    });
    socket.once('error', (error: Error) => {
      reject(fault('daemon_unavailable', { socket: place, problem: error.message }, { cause: error }));
    });
    socket.once('unexpected-response', (_, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('close', () => {
        reject(problemOf(Buffer.concat(chunks).toString(), response.statusCode ?? 0));
        socket.terminate();
      });
    });
  });
}
