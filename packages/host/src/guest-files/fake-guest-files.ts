import { Readable } from 'node:stream';
import { SystemError } from '../syscalls/system-error.ts';
import {
  GuestFileChanged,
  type GuestFileFacts,
  type GuestFileRead,
  type GuestFileRequest,
  type GuestFiles,
  type GuestFileWrite,
  type GuestPlace,
} from './guest-files.ts';

/** Regular files of VEs in memory, all VEs together, by path; requests are noted, and only those for a single file answered. */
export class FakeGuestFiles implements GuestFiles {
  readonly files = new Map<string, Buffer>();
  readonly requests: (readonly [GuestPlace, GuestFileRequest])[] = [];
  #writes = 0;
  readonly #versions = new Map<string, string>();

  async request(place: GuestPlace, request: GuestFileRequest): Promise<readonly GuestFileFacts[]> {
    this.requests.push([place, request]);
    const path = request.path.toString();
    if (request.kind === 'list') return [...this.files.keys()].map((file) => this.#facts(file));
    if (request.kind === 'make-directory') return [directory(request.path)];
    if (request.kind !== 'remove') return [this.#facts(path)];
    this.#facts(path);
    this.files.delete(path);
    return [];
  }

  async read(
    _place: GuestPlace,
    { path }: GuestFileRead,
  ): Promise<{ readonly facts: GuestFileFacts; readonly content: Readable }> {
    const facts = this.#facts(path.toString());
    return { facts, content: Readable.from([this.files.get(path.toString()) ?? Buffer.alloc(0)]) };
  }

  async write(
    _place: GuestPlace,
    { path: bytes, onlyIf }: GuestFileWrite,
    content: AsyncIterable<Uint8Array>,
  ): Promise<GuestFileFacts> {
    const path = bytes.toString();
    const version = this.#versions.get(path);
    const isAllowed =
      onlyIf === 'any' ||
      (onlyIf === 'new' ? version === undefined : version !== undefined) ||
      (typeof onlyIf === 'object' && onlyIf.version === version);
    if (!isAllowed) throw new GuestFileChanged('changed');
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    this.files.set(path, Buffer.concat(chunks));
    this.#writes += 1;
    this.#versions.set(path, `1-${this.#writes.toString(16)}-0-0`);
    return this.#facts(path);
  }

  #facts(path: string): GuestFileFacts {
    const content = this.files.get(path);
    if (content === undefined) throw new SystemError({ code: 'ENOENT', errno: 2, syscall: 'path', path });
    const version = this.#versions.get(path) ?? '1-0-0-0';
    return { ...directory(Buffer.from(path)), mode: 0o100644, sizeBytes: content.length, version };
  }
}

const directory = (path: Buffer): GuestFileFacts => ({
  name: path.subarray(path.lastIndexOf('/') + 1),
  mode: 0o040755,
  targetMode: 0,
  uid: 0,
  gid: 0,
  sizeBytes: 0,
  modifiedMs: 0,
  links: 1,
  version: '1-0-0-0',
  target: null,
});
