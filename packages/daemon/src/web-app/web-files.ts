import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

/** How a file can be sent: as it is, or as it was compressed beforehand (`NAME.br`, `NAME.gz`). */
export type Coding = 'br' | 'gzip' | 'identity';

interface Variant {
  readonly bytes: Buffer;
  /** A strong entity tag: each coding has bytes of its own (RFC 9110 §8.8.3.3). */
  readonly etag: string;
}

export interface WebFile {
  readonly type: string;
  readonly variants: Readonly<Partial<Record<Coding, Variant>>> & { readonly identity: Variant };
}

/** Files of the web app by their path in requests, such as `/assets/index-4f2a.js`. */
export type WebFiles = ReadonlyMap<string, WebFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

const codings = { '.br': 'br', '.gz': 'gzip' } as const;

/** Bytes of all files together: they are kept in memory. */
const most = 33_554_432;

/**
 * Reads the built web app, once: no path of a request ever reaches the file system, so none can lead out of the directory. What is no
 * plain file, and what has no known type, is not there.
 * @throws Error for a directory that is missing, or too large to be the web app
 */
export async function readWebFiles(dir: string): Promise<WebFiles> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0);
  if (size > most) throw new Error(`${dir} holds ${size} bytes, more than the web app may have`);
  const read = new Map(await Promise.all(paths.map(async (path) => [path, await readFile(path)] as const)));
  const files = new Map<string, WebFile>();
  for (const [path, bytes] of read) {
    const type = types[extname(path)];
    if (type === undefined) continue;
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}`;
    const compressed = Object.entries(codings).flatMap(([extension, coding]) => {
      const packed = read.get(path + extension);
      return packed === undefined ? [] : [[coding, { bytes: packed, etag: `${etag}-${coding}"` }] as const];
    });
    const variants = { ...Object.fromEntries(compressed), identity: { bytes, etag: `${etag}"` } };
    files.set(`/${relative(dir, path)}`, { type, variants });
  }
  return files;
}

/** The best coding of those that a file has and a client takes (RFC 9110 §12.5.3). */
export function codingFor({ variants }: WebFile, accepted: string | undefined): Coding {
  const taken = new Map(
    (accepted ?? '').split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      return [name, !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))] as const;
    }),
  );
  const takes = (coding: Coding) => taken.get(coding) ?? taken.get('*') ?? false;
  return (
    (['br', 'gzip'] as const).find((coding) => variants[coding] !== undefined && takes(coding)) ?? 'identity'
  );
}
