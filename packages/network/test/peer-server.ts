import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { answerLines } from './line-server.ts';

/** What somebody in a network namespace is asked to do. */
export type PeerQuestion =
  /** Tells everybody who connects to the port the address that they come from, and notes where datagrams come from. */
  | { readonly call: 'listen'; readonly port: number }
  /** Addresses that datagrams came from, in their order. */
  | { readonly call: 'seen' }
  /** Connects: the answer, an error's code, or 'silence'. */
  | { readonly call: 'ask'; readonly from?: string; readonly to: string; readonly port: number }
  /** Reads what comes to the port, and tells after each stream how many bits a second it was, the first half second left out. */
  | { readonly call: 'swallow'; readonly port: number }
  /** Sends as much as it can for some time: megabits a second that the other side says to have got. */
  | { readonly call: 'flood'; readonly to: string; readonly port: number; readonly milliseconds: number }
  /** Sends a datagram. */
  | { readonly call: 'send'; readonly from: string; readonly to: string; readonly port: number };

const silenceMs = 1_000;
const warmUpMs = 500;
const seen: string[] = [];

async function listen(port: number): Promise<void> {
  const server = createServer((socket) => {
    // who asked may have lost its patience
    socket.on('error', () => undefined);
    socket.end(String(socket.remoteAddress).replace('::ffff:', ''));
  });
  server.listen(port, '::');
  await once(server, 'listening');
  const datagrams = createSocket('udp4', (_, { address }) => seen.push(address));
  datagrams.bind(port);
  await once(datagrams, 'listening');
}

async function ask(question: PeerQuestion & { readonly call: 'ask' }): Promise<string> {
  const { from, to, port } = question;
  const socket = connect({ host: to, port, ...(from === undefined ? {} : { localAddress: from }) });
  try {
    const [answer] = (await once(socket, 'data', { signal: AbortSignal.timeout(silenceMs) })) as [Buffer];
    return answer.toString();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.name === 'AbortError' ? 'silence' : ((error as NodeJS.ErrnoException).code ?? error.message);
  } finally {
    socket.destroy();
  }
}

async function swallow(port: number): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let begun = 0;
    let last = 0;
    let bytes = 0;
    const first = performance.now();
    socket.on('data', (chunk) => {
      const now = performance.now();
      if (now - first < warmUpMs) return;
      if (begun === 0) begun = now;
      else bytes += chunk.length;
      last = now;
    });
    socket.on('end', () => socket.end(String((bytes * 8) / (last - begun) / 1000)));
    socket.on('error', () => undefined);
  });
  server.listen(port, '::');
  await once(server, 'listening');
}

async function flood({ to, port, milliseconds }: PeerQuestion & { readonly call: 'flood' }): Promise<number> {
  const socket = connect({ host: to, port });
  await once(socket, 'connect');
  const answer = once(socket, 'data') as Promise<[Buffer]>;
  const chunk = Buffer.alloc(65_536);
  const end = performance.now() + milliseconds;
  while (performance.now() < end) if (!socket.write(chunk)) await once(socket, 'drain');
  socket.end();
  const [text] = await answer;
  return Number(text.toString());
}

async function send(question: PeerQuestion & { readonly call: 'send' }): Promise<void> {
  const socket = createSocket('udp4');
  socket.bind(0, question.from);
  await once(socket, 'listening');
  await new Promise<void>((resolve, reject) => {
    socket.send('hello', question.port, question.to, (error) => (error === null ? resolve() : reject(error)));
  });
  socket.close();
}

await answerLines(async (line) => {
  const question = line as PeerQuestion;
  switch (question.call) {
    case 'listen':
      return await listen(question.port);
    case 'seen':
      return seen;
    case 'ask':
      return await ask(question);
    case 'swallow':
      return await swallow(question.port);
    case 'flood':
      return await flood(question);
    case 'send':
      return await send(question);
  }
});
