/**
 * `__Host-` makes browsers take the cookie over TLS only, for this host only, for all paths: neither a neighbour under the same
 * domain nor a page over plain HTTP can plant one (RFC 6265bis §4.1.3.2).
 */
const name = '__Host-insula';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The secret of the session from a Cookie header, null without one. */
export function cookieOf(header: string | undefined): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value = ''] = part.trim().split('=', 2);
    if (key === name && value !== '') return value;
  }
  return null;
}

export function sessionCookie(secret: string): string {
  return `${name}=${secret}; ${attributes}`;
}

export const clearedCookie = `${name}=; ${attributes}; Max-Age=0`;
