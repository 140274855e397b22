/** How the API writes paths that are no UTF-8: before their bytes. */
const prefix = 'base64url:';
const slash = 0x2f;
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** A path from the root down: each folder on the way with the path that leads to it. */
export interface PathPart {
  readonly name: string;
  readonly path: string;
}

/** The parts of an absolute path, without the root itself. Names that are no UTF-8 have U+FFFD where they are none. */
export function partsOf(path: string): readonly PathPart[] {
  const bytes = bytesOf(path);
  const parts: PathPart[] = [];
  let from = 0;
  for (let to = 0; to <= bytes.length; to += 1) {
    if (to < bytes.length && bytes[to] !== slash) continue;
    if (to > from)
      parts.push({ name: lenient.decode(bytes.slice(from, to)), path: written(bytes.slice(0, to)) });
    from = to + 1;
  }
  return parts;
}

/** The path of a new name in a folder. */
export function childOf(folder: string, name: string): string {
  const above = bytesOf(folder);
  const ended = above.at(-1) === slash ? [...above] : [...above, slash];
  return written(new Uint8Array([...ended, ...encoder.encode(name)]));
}

/** The folder that a path is in; that of the root is the root. */
export function parentOf(path: string): string {
  return partsOf(path).at(-2)?.path ?? '/';
}

function bytesOf(path: string): Uint8Array<ArrayBuffer> {
  if (!path.startsWith(prefix)) return encoder.encode(path);
  const text = path.slice(prefix.length).replaceAll('-', '+').replaceAll('_', '/');
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

function written(bytes: Uint8Array<ArrayBuffer>): string {
  try {
    return strict.decode(bytes);
  } catch {
    const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
    return prefix + text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }
}
