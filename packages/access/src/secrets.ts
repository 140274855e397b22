import { createHash, randomBytes } from 'node:crypto';

const tokenPrefix = 'insula_';

/** A new secret that stands for somebody: 256 random bits, with a beginning that scanners for leaked secrets can look for. */
export function newSecret(): string {
  return `${tokenPrefix}${randomBytes(32).toString('base64url')}`;
}

/**
 * What is kept of a secret. A plain digest will do: nobody guesses 256 random bits. It is also what is searched by, so that how long a
 * search takes says nothing about the secret.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** An id that says nothing: 64 random bits. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}
