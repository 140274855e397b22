import { type CodedError, fault } from '@insula/contract';

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The browser adds what proves the caller by itself: a cookie or a client certificate. */
  readonly isAmbient: boolean;
  readonly isSocket: boolean;
}

/** The header that scripts of other sites cannot send without being asked first, which nobody here answers. */
const requestHeader = 'insula-request';

/**
 * Why a request cannot be trusted to come from where the caller wants it to come from; null when it can. What carries a token proves
 * that its sender knows it. What the browser proves by itself is taken from no other site: neither as a change, nor as a WebSocket
 * (which browsers open to any site, saying only the Origin), nor as a read.
 */
export function crossSiteFault({ method, headers, isAmbient, isSocket }: Asked): CodedError | null {
  const { origin, host } = headers;
  if (isSocket && origin !== undefined && origin !== `https://${String(host)}`)
    return fault('cross_site', { problem: 'a WebSocket of another origin' });
  if (!isAmbient) return null;
  if (origin !== undefined && origin !== `https://${String(host)}`)
    return fault('cross_site', { problem: 'its origin is another one' });
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return fault('cross_site', { problem: `its site is ${String(site)}` });
  const changes = method !== 'GET' && method !== 'HEAD';
  if (changes && headers[requestHeader] === undefined)
    return fault('cross_site', { problem: `the header ${requestHeader} is missing` });
  return null;
}
