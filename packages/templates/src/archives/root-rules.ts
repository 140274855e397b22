import type { Judge } from './tar-guard.ts';
import { BadArchive, type TarEntry, type TarKind } from './tar-header.ts';

export interface RootLimits {
  readonly maxNames: number;
  /** Bytes of all files together, with holes: a bomb is as large as it claims to be. */
  readonly maxBytes: number;
}

export interface RootRules {
  readonly judge: Judge;
  /** What was left out and why, counted. */
  readonly left: { readonly devices: number };
}

/** Path of an entry below the root it is unpacked in, without `.` and a closing slash; empty for the root itself. @throws BadArchive */
function entryPath(path: string): string {
  if (path.startsWith('/')) throw new BadArchive(`an absolute path: ${shown(path)}`);
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) throw new BadArchive(`a path that leads outside: ${shown(path)}`);
  if (names.some((name) => name.length > 255) || path.length > 4096)
    throw new BadArchive('a name that is longer than a file system takes');
  return names.join('/');
}

/**
 * What an archive of a root file system may hold. Everything must lie below the root, by its name and by the links among its
 * entries; device nodes are left out, since a VE gets its devices from the node. Names with line breaks or a leading `-` are
 * ordinary names here: they reach no shell and no option parser.
 */
export function rootRules({ maxNames, maxBytes }: RootLimits): RootRules {
  const kinds = new Map<string, TarKind>();
  const left = { devices: 0 };
  let bytes = 0;

  const refuseThroughLink = (path: string): void => {
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
      const kind = kinds.get(path.slice(0, cut));
      if (kind !== undefined && kind !== 'directory')
        throw new BadArchive(`a path through a ${kind} of the archive: ${shown(path)}`);
    }
  };

  const judge = (entry: TarEntry): boolean => {
    const path = entryPath(entry.path);
    if (path === '') {
      if (entry.kind !== 'directory') throw new BadArchive(`its root is a ${entry.kind}`);
      return true;
    }
    refuseThroughLink(path);
    if (entry.kind === 'character' || entry.kind === 'block') {
      left.devices += 1;
      return false;
    }
    if (entry.kind === 'hardlink') {
      const target = entryPath(entry.target);
      refuseThroughLink(target);
      const kind = kinds.get(target);
      if (kind === undefined || kind === 'directory')
        throw new BadArchive(
          `a hard link to what is not in the archive: ${shown(path)} to ${shown(entry.target)}`,
        );
    }
    kinds.set(path, entry.kind);
    if (kinds.size > maxNames) throw new BadArchive(`more than ${maxNames} names`);
    bytes += entry.bytes;
    if (bytes > maxBytes) throw new BadArchive(`more than ${maxBytes} bytes when it is unpacked`);
    return true;
  };
  return { judge, left };
}

/** A name for a message: one line, and not longer than anybody reads. */
function shown(path: string): string {
  const text = JSON.stringify(Buffer.from(path, 'latin1').toString());
  return text.length > 120 ? `${text.slice(0, 117)}..."` : text;
}
