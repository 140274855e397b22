/**
 * `__Host-` makes browsers take the cookie over TLS only, for this host only, for all paths: neither a neighbour under the same
 * domain nor a page over plain HTTP can plant one (RFC 6265bis §4.1.3.2).
 */
const sessionName = '__Host-insula';
/** A login that was begun at a provider, or what was begun with a passkey. */
const attemptName = '__Host-insula-login';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** The secret of the session from a Cookie header, null without one. */
export const cookieOf = (header: string | undefined): string | null => cookieValue(header, sessionName);

/** What was begun, sealed. */
export const attemptOf = (header: string | undefined): string | null => cookieValue(header, attemptName);

function cookieValue(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const [key, value = ''] = part.trim().split('=', 2);
    if (key === name && value !== '') return value;
  }
  return null;
}

export function sessionCookie(secret: string): string {
  return `${sessionName}=${secret}; ${attributes}`;
}

export const clearedCookie = `${sessionName}=; ${attributes}; Max-Age=0`;

export function attemptCookie(sealed: string): string {
  return `${attemptName}=${sealed}; ${attributes}`;
}

export const clearedAttempt = `${attemptName}=; ${attributes}; Max-Age=0`;
