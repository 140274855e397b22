import { constants } from 'node:fs';
import { chmod, copyFile, lutimes, mkdir, open, symlink, utimes } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { nameBytes, nameFromText, pathIn, shownName } from './byte-names.ts';
import { entryPath } from './entry-path.ts';
import { type StreamedEntry, tarEntries } from './tar-entries.ts';

type Kind = 'directory' | 'file' | 'symlink';

export interface ExtractOptions {
  /** A fresh folder that nobody else can write to. The tree becomes `content` in it. */
  readonly into: string;
  /** First name of every entry; empty when entries begin below the root. */
  readonly root: string;
  readonly onSkipped: (name: string, why: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Read, write and execute; never set-user-ID, set-group-ID or sticky. */
const permissionBits = 0o777;

/**
 * Unpacks a tar stream that whoever rules the VE may have made up. What was created is known by name, so that nothing is ever looked up in
 * the file system through an entry: no path leads through a link, none outside, none exists twice. Only folders, regular files and links are
 * made; hard links become copies of files of the same stream; all of it belongs to the caller.
 * @returns what the tree is, undefined when there was none in the stream
 * @throws Error saying what is wrong with the stream
 */
export async function extractTree(source: Readable, options: ExtractOptions): Promise<Kind | undefined> {
  const tree = new ExtractedTree(options);
  for await (const entry of tarEntries(source, options.signal)) await tree.add(entry);
  return await tree.finish();
}

type Attributes = Pick<StreamedEntry, 'mode' | 'modifiedAt'>;

class ExtractedTree {
  readonly #options: ExtractOptions;
  readonly #kinds = new Map<string, Kind>();
  readonly #directories = new Map<string, Attributes>();
  readonly #root: string;

  constructor(options: ExtractOptions) {
    this.#options = options;
    this.#root = nameFromText(options.root);
  }

  async add(entry: StreamedEntry): Promise<void> {
    const names = entryPath(entry.name, this.#root);
    switch (entry.kind) {
      case 'directory':
        return await this.#directory(names, entry);
      case 'file':
      case 'contiguous-file':
        return await this.#file(names, entry);
      case 'symlink':
        return await this.#symlink(names, entry);
      case 'link':
        return await this.#copy(names, entry);
      default:
        return this.#options.onSkipped(shownName(entry.name), `${entry.kind} is not copied`);
    }
  }

  /** Gives folders their final modes, which may forbid writing. */
  async finish(): Promise<Kind | undefined> {
    const deepestFirst = [...this.#directories].sort(([a], [b]) => b.length - a.length);
    for (const [path, { mode, modifiedAt }] of deepestFirst) {
      await chmod(this.#at(path), mode & permissionBits);
      await utimes(this.#at(path), new Date(), modifiedAt);
    }
    return this.#kinds.get('');
  }

  async #directory(names: readonly string[], entry: StreamedEntry): Promise<void> {
    const path = names.join('/');
    if (this.#kinds.get(path) === 'directory') {
      this.#directories.set(path, entry);
      return;
    }
    await this.#claim(names, 'directory');
    await mkdir(this.#at(path), { mode: 0o700 });
    this.#directories.set(path, entry);
  }

  async #file(names: readonly string[], entry: StreamedEntry): Promise<void> {
    const path = await this.#claim(names, 'file');
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    await using file = await open(this.#at(path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    for await (const chunk of entry.content) await file.appendFile(chunk);
    await file.chmod(entry.mode & permissionBits);
    await file.utimes(new Date(), entry.modifiedAt);
  }

  async #symlink(names: readonly string[], entry: StreamedEntry): Promise<void> {
    if (entry.linkTarget === '')
      throw new Error(`a link to nowhere: ${JSON.stringify(shownName(entry.name))}`);
    const path = await this.#claim(names, 'symlink');
    await symlink(nameBytes(entry.linkTarget), this.#at(path));
    await lutimes(this.#at(path), new Date(), entry.modifiedAt);
  }

  async #copy(names: readonly string[], entry: StreamedEntry): Promise<void> {
    const original = entryPath(entry.linkTarget, this.#root).join('/');
    if (this.#kinds.get(original) !== 'file') {
      this.#options.onSkipped(shownName(entry.name), 'a hard link to a file that is not part of the copy');
      return;
    }
    const path = await this.#claim(names, 'file');
    await copyFile(this.#at(original), this.#at(path), constants.COPYFILE_EXCL);
  }

  /** Notes a new entry, makes the folders above it that the stream left out, and answers its path. */
  async #claim(names: readonly string[], kind: Kind): Promise<string> {
    const path = names.join('/');
    if (this.#kinds.has(path)) throw new Error(`a name that comes twice: ${JSON.stringify(shownName(path))}`);
    for (let depth = 0; depth < names.length; depth += 1) {
      const above = names.slice(0, depth).join('/');
      const known = this.#kinds.get(above);
      if (known === 'directory') continue;
      if (known !== undefined)
        throw new Error(`a path through something that is no folder: ${JSON.stringify(shownName(path))}`);
      await mkdir(this.#at(above), { mode: 0o700 });
      this.#kinds.set(above, 'directory');
      this.#directories.set(above, { mode: 0o755, modifiedAt: new Date() });
    }
    this.#kinds.set(path, kind);
    return path;
  }

  #at(path: string): Buffer {
    return pathIn(this.#options.into, path === '' ? 'content' : `content/${path}`);
  }
}
