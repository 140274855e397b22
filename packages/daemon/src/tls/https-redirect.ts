import { createServer, type Server } from 'node:http';

interface Redirect {
  readonly address: string;
  readonly port: number;
  /** The port of HTTPS. */
  readonly to: number;
  /** What clients may call the node. */
  readonly names: () => readonly string[];
}

/** Milliseconds that a client gets for the head of its request. */
const headTime = 20_000;

/** Sends whoever comes by plain HTTP to HTTPS. @throws Error when the port cannot be listened at */
export async function openRedirect({ address, port, to, names }: Redirect): Promise<Server> {
  const server = createServer((request, response) => {
    const { localAddress = '' } = request.socket;
    const host = hostOf(request.headers.host, localAddress, names());
    const path = /^\/[\x21-\x7e]*$/.test(request.url ?? '') ? request.url : '/';
    const at = to === 443 ? '' : `:${to}`;
    response.writeHead(308, { location: `https://${host}${at}${path}`, 'cache-control': 'no-store' }).end();
  });
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
