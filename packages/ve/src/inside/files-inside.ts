import type { Readable } from 'node:stream';
import { fault, type GuestFile, type GuestFileChange } from '@insula/contract';
import type { GuestFileFacts, GuestFileRequest, GuestFileWrite, GuestPlace, Host } from '@insula/host';
import { idsPerVe } from '@insula/vzfs';
import type { VePorts } from '../ports.ts';
import type { VeEntry } from '../registry.ts';
import { fileFault, type NamedFile } from './file-faults.ts';
import { entryPath, lastName, pathBytes, pathText } from './guest-paths.ts';

export type FilePorts = Pick<VePorts, 'run'> & Pick<Host, 'guestFiles'>;

/** Milliseconds that a call gets that does not depend on how much there is: a file system of the VE's own may hang. */
const patience = 20_000;

/** Those of a call whose work depends on how much there is. */
const longPatience = 600_000;

const defaultMost = 1_000;

interface Listing {
  readonly path: string;
  readonly most?: number | undefined;
  readonly after?: string | undefined;
}

/** Files of a VE that is running or mounted, done by its own root. Each call throws CodedError of `fileErrors` of the contract. */
export class FilesInside {
  readonly #ports: FilePorts;
  readonly #entry: VeEntry;
  readonly #signal: AbortSignal;

  constructor(ports: FilePorts, entry: VeEntry, signal: AbortSignal) {
    this.#ports = ports;
    this.#entry = entry;
    this.#signal = signal;
  }

  async list({ path, most = defaultMost, after }: Listing): Promise<GuestFile[]> {
    const directory = pathBytes(path);
    const found = await this.#ask(
      { path },
      {
        kind: 'list',
        path: directory,
        most,
        after: after === undefined ? null : lastName(pathBytes(after, 'after')),
      },
    );
    return found.map((facts) => viewOf(facts, entryPath(directory, facts.name)));
  }

  async show(path: string): Promise<GuestFile> {
    return await this.#one(path, { kind: 'show', path: pathBytes(path) });
  }

  async makeDirectory({
    path,
    mode = '0755',
    parents = false,
  }: {
    readonly path: string;
    readonly mode?: string | undefined;
    readonly parents?: boolean | undefined;
  }): Promise<GuestFile> {
    const bytes = pathBytes(path);
    return await this.#one(path, { kind: 'make-directory', path: bytes, mode: octal(mode), parents });
  }

  async remove(path: string, recursive: boolean): Promise<null> {
    const limit = recursive ? longPatience : patience;
    await this.#ask({ path }, { kind: 'remove', path: pathBytes(path), recursive }, limit);
    return null;
  }

  async rename(path: string, to: string, replace: boolean): Promise<GuestFile> {
    const target = pathBytes(to, 'to');
    const [facts] = await this.#ask(
      { path, to },
      { kind: 'rename', path: pathBytes(path), to: target, replace },
    );
    return viewOf(known(facts), target);
  }

  async change(path: string, { mode, uid, gid }: GuestFileChange): Promise<GuestFile> {
    return await this.#one(path, {
      kind: 'change',
      path: pathBytes(path),
      mode: mode === undefined ? null : octal(mode),
      uid: uid ?? null,
      gid: gid ?? null,
    });
  }

  async read(
    path: string,
    { offset = 0, length }: { readonly offset?: number | undefined; readonly length?: number | undefined },
  ): Promise<{ readonly file: GuestFile; readonly content: Readable }> {
    const bytes = pathBytes(path);
    const read = { path: bytes, offset, length: length ?? null };
    const { facts, content } = await this.#guarded({ path }, this.#signal, async (signal) =>
      this.#ports.guestFiles.read(this.#place(), read, { signal }),
    );
    return { file: viewOf(facts, bytes), content };
  }

  async write(
    path: string,
    { mode, onlyIf }: { readonly mode?: string | undefined; readonly onlyIf: GuestFileWrite['onlyIf'] },
    content: AsyncIterable<Uint8Array>,
  ): Promise<GuestFile> {
    const bytes = pathBytes(path);
    const write = { path: bytes, mode: mode === undefined ? null : octal(mode), onlyIf };
    const facts = await this.#guarded({ path }, this.#signal, async (signal) =>
      this.#ports.guestFiles.write(this.#place(), write, content, { signal }),
    );
    return viewOf(facts, bytes);
  }

  async #one(path: string, request: GuestFileRequest): Promise<GuestFile> {
    const [facts] = await this.#ask({ path }, request);
    return viewOf(known(facts), request.path);
  }

  async #ask(
    file: NamedFile,
    request: GuestFileRequest,
    limit = patience,
  ): Promise<readonly GuestFileFacts[]> {
    const timeout = AbortSignal.timeout(limit);
    const signal = AbortSignal.any([this.#signal, timeout]);
    try {
      return await this.#guarded(file, signal, async () =>
        this.#ports.guestFiles.request(this.#place(), request, { signal }),
      );
    } catch (error) {
      if (!timeout.aborted) throw error;
      throw fault('timeout', { what: `the file system of ${this.#entry.spec.name}`, seconds: limit / 1000 });
    }
  }

  async #guarded<T>(
    file: NamedFile,
    signal: AbortSignal,
    use: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    try {
      return await use(signal);
    } catch (error) {
      throw fileFault(error, { ve: this.#entry.spec.name, ...file });
    }
  }

  #place(): GuestPlace {
    const { spec, runtime } = this.#entry;
    if (runtime.init !== null) return { kind: 'running', init: runtime.init };
    const ids = { base: spec.idBase, count: idsPerVe };
    return { kind: 'mounted', root: this.#ports.run.ve(spec.uuid).root, ids };
  }
}

const octal = (mode: string): number => Number.parseInt(mode, 8);

function known(facts: GuestFileFacts | undefined): GuestFileFacts {
  if (facts === undefined)
    throw fault('internal', { problem: 'the file was done with, and nothing told of it' });
  return facts;
}

/** S_IFMT of include/uapi/linux/stat.h, without its last twelve bits. */
const kinds = new Map<number, GuestFile['kind']>([
  [0o01, 'pipe'],
  [0o02, 'device'],
  [0o04, 'directory'],
  [0o06, 'device'],
  [0o10, 'file'],
  [0o12, 'link'],
  [0o14, 'socket'],
]);

const kindOf = (mode: number): GuestFile['kind'] => kinds.get((mode & 0o170000) >> 12) ?? 'device';

/** The farthest times that Date has. */
const farthest = 8_640_000_000_000_000;

function viewOf(facts: GuestFileFacts, path: Buffer): GuestFile {
  return {
    name: facts.name.toString(),
    path: pathText(path),
    kind: kindOf(facts.mode),
    mode: (facts.mode & 0o7777).toString(8).padStart(4, '0'),
    uid: facts.uid,
    gid: facts.gid,
    sizeBytes: facts.sizeBytes,
    modifiedAt: new Date(Math.max(-farthest, Math.min(farthest, facts.modifiedMs))).toISOString(),
    links: facts.links,
    target: facts.target?.toString() ?? null,
    targetKind: facts.targetMode === 0 ? null : kindOf(facts.targetMode),
    version: facts.version,
  };
}
