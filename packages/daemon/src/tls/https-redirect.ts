import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

interface Redirect {
  readonly address: string;
  readonly port: number;
  /** The port of HTTPS. */
  readonly to: number;
  /** What clients may call the node. */
  readonly names: () => readonly string[];
  /** What an ACME server is to find for a token. Null: nothing. */
  readonly proof?: (token: string) => Promise<string | null>;
}

/** Milliseconds that a client gets for the head of its request. */
const headTime = 20_000;

/** Where an ACME server looks for a proof: RFC 8555 §8.3. Tokens are base64url. */
const proofPath = /^\/\.well-known\/acme-challenge\/([A-Za-z0-9_-]{1,256})$/;

/**
 * Sends whoever comes by plain HTTP to HTTPS, but for an ACME server that looks for a proof.
 * @throws Error when the port cannot be listened at
 */
export async function openRedirect({ address, port, to, names, proof }: Redirect): Promise<Server> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, token] = proofPath.exec(request.url ?? '') ?? [];
    const found = token === undefined ? null : await proof?.(token).catch(() => null);
    if (typeof found === 'string') {
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found);
      return;
    }
    const { localAddress = '' } = request.socket;
    const host = hostOf(request.headers.host, localAddress, names());
    const path = /^\/[\x21-\x7e]*$/.test(request.url ?? '') ? request.url : '/';
    const at = to === 443 ? '' : `:${to}`;
    response.writeHead(308, { location: `https://${host}${at}${path}`, 'cache-control': 'no-store' }).end();
  };
  const server = createServer((request, response) => void answer(request, response));
  Object.assign(server, { headersTimeout: headTime, requestTimeout: headTime, maxConnections: 200 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: address, port }, resolve);
  });
  return server;
}

/**
 * The host to go to. The header is whoever sent it: only names of the node are sent back, and for any other one the address that was
 * asked at. So nobody is led elsewhere by this node.
 */
export function hostOf(header: string | undefined, localAddress: string, names: readonly string[]): string {
  const asked = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d+)?$/.exec((header ?? '').toLowerCase());
  const name = asked?.[1] ?? asked?.[2];
  const isOurs = names.some((known) => known.toLowerCase() === name);
  const host = name !== undefined && isOurs ? name : plainAddress(localAddress);
  return host.includes(':') ? `[${host}]` : host;
}

/** Without what the kernel adds: the prefix of IPv4 on a socket for both families, the interface of a link-local address. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}
