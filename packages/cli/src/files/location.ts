/** One side of a copy. */
export type Location =
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 've'; readonly ve: string; readonly path: string }
  | { readonly kind: 'stream' };

/**
 * `VE:PATH`, a local path, or `-`. A local path with a colon is written `./a:b`. Paths in a VE begin at its root.
 */
export function parseLocation(text: string): Location {
  if (text === '-') return { kind: 'stream' };
  const match = /^([A-Za-z0-9_][A-Za-z0-9._-]*):(.*)$/s.exec(text);
  if (!match) return { kind: 'local', path: text };
  const [, ve = '', path = ''] = match;
  return { kind: 've', ve, path: path.startsWith('/') ? path : `/${path}` };
}

/** The last name of a path, and whether only what is below it is meant: `a/b/.`, and `/` which has no name. */
export function lastName(path: string): { readonly name: string; readonly contentOnly: boolean } {
  const names = path.split('/').filter((name) => name !== '');
  const contentOnly = names.length === 0 || names.at(-1) === '.';
  return { name: names.filter((name) => name !== '.').at(-1) ?? '', contentOnly };
}

/** A path without trailing slashes and dots; `/` stays. */
export function trimPath(path: string): string {
  const trimmed = path.replace(/(?:\/+\.?)+$/, '');
  return trimmed === '' ? (path.startsWith('/') ? '/' : '.') : trimmed;
}
