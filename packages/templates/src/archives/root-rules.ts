import type { Judge } from './tar-guard.ts';
import { BadArchive, type TarEntry, type TarKind } from './tar-header.ts';

export interface RootLimits {
  readonly maxNames: number;
  /** Bytes of all files together, with holes: a bomb is as large as it claims to be. */
  readonly maxBytes: number;
}

/** Before a name: what lower layers have under it goes; alone, in a folder: all that they have in there (OCI image-spec, layer.md). */
const whiteoutPrefix = '.wh.';
const opaqueWhiteout = '.wh..wh..opq';

/**
 * What archives of a root file system may hold, one after the other as layers. Everything must lie below the root, by its name and by
 * the links among its entries; device nodes are left out, since a VE gets its devices from the node. Names with line breaks or a
 * leading `-` are ordinary names here: they reach no shell and no option parser.
 */
export class RootRules {
  readonly #kinds = new Map<string, TarKind>();
  readonly #limits: RootLimits;
  #bytes = 0;
  #devices = 0;

  constructor(limits: RootLimits) {
    this.#limits = limits;
  }

  /** Device nodes that were left out. */
  get devices(): number {
    return this.#devices;
  }

  /** Judges the entries of an archive that is unpacked. @throws BadArchive */
  readonly judge: Judge = (entry) => {
    const path = entryPath(entry.path);
    if (path === '') {
      if (entry.kind !== 'directory') throw new BadArchive(`its root is a ${entry.kind}`);
      return true;
    }
    this.#refuseThroughLink(path);
    if (entry.kind === 'character' || entry.kind === 'block') {
      this.#devices += 1;
      return false;
    }
    if (entry.kind === 'hardlink') this.#refuseFarLink(path, entry);
    this.#kinds.set(path, entry.kind);
    if (this.#kinds.size > this.#limits.maxNames)
      throw new BadArchive(`more than ${this.#limits.maxNames} names`);
    this.#bytes += entry.bytes;
    if (this.#bytes > this.#limits.maxBytes)
      throw new BadArchive(`more than ${this.#limits.maxBytes} bytes when it is unpacked`);
    return true;
  };

  /** Judges the entries of a layer of an image: as `judge`, without what only says what lower layers lose. */
  readonly judgeLayer: Judge = (entry) =>
    !lastName(entryPath(entry.path)).startsWith(whiteoutPrefix) && this.judge(entry);

  /** Notes in `removals` which paths of lower layers a layer takes away; passes nothing on. @throws BadArchive */
  lookForRemovals(removals: Set<string>): Judge {
    return (entry) => {
      const path = entryPath(entry.path);
      const name = lastName(path);
      const folder = path.slice(0, Math.max(0, path.length - name.length - 1));
      if (name === opaqueWhiteout) {
        this.#refuseThroughLink(`${folder}/x`);
        for (const below of this.#below(folder)) removals.add(below);
      } else if (name.startsWith(whiteoutPrefix)) {
        const target = name.slice(whiteoutPrefix.length);
        if (target === '' || target === '.' || target === '..')
          throw new BadArchive(`a whiteout of nothing: ${shown(path)}`);
        const gone = folder === '' ? target : `${folder}/${target}`;
        this.#refuseThroughLink(gone);
        if (this.#kinds.has(gone)) removals.add(gone);
      } else if (this.#kinds.get(path) === 'directory' && entry.kind !== 'directory') {
        this.#refuseThroughLink(path);
        removals.add(path);
      }
      return false;
    };
  }

  /** Takes note that a path and all below it have gone. */
  forget(path: string): void {
    this.#kinds.delete(path);
    const prefix = `${path}/`;
    for (const known of this.#kinds.keys()) if (known.startsWith(prefix)) this.#kinds.delete(known);
  }

  /** Names right below a folder. */
  #below(folder: string): readonly string[] {
    const prefix = folder === '' ? '' : `${folder}/`;
    return [...this.#kinds.keys()].filter(
      (path) => path.startsWith(prefix) && !path.slice(prefix.length).includes('/'),
    );
  }

  #refuseThroughLink(path: string): void {
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
      const kind = this.#kinds.get(path.slice(0, cut));
      if (kind !== undefined && kind !== 'directory')
        throw new BadArchive(`a path through a ${kind} of the archive: ${shown(path)}`);
    }
  }

  #refuseFarLink(path: string, { target }: TarEntry): void {
    const inside = entryPath(target);
    this.#refuseThroughLink(inside);
    const kind = this.#kinds.get(inside);
    if (kind === undefined || kind === 'directory')
      throw new BadArchive(`a hard link to what is not in the archive: ${shown(path)} to ${shown(target)}`);
  }
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

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A name for a message: one line, and not longer than anybody reads. */
function shown(path: string): string {
  const text = JSON.stringify(Buffer.from(path, 'latin1').toString());
  return text.length > 120 ? `${text.slice(0, 117)}..."` : text;
}
