import type { PoolLayout } from '../pool-layout.ts';

/** Objects lie in 256 folders by the first byte of their digest: a folder of a million names would be slow to read. */
export function objectDir(pool: PoolLayout, digest: string): string {
  return `${pool.objects}/${digest.slice(0, 2)}`;
}

export function objectPath(pool: PoolLayout, digest: string): string {
  return `${objectDir(pool, digest)}/${digest.slice(2)}`;
}

/** The same path as a stub names it: from the root of the data-only layer. */
export function objectRedirect(digest: string): string {
  return `/${digest.slice(0, 2)}/${digest.slice(2)}`;
}
