import { Transform, type TransformCallback } from 'node:stream';
import {
  BadArchive,
  blockBytes,
  entryOf,
  parseHeader,
  parsePax,
  type RawHeader,
  type TarEntry,
} from './tar-header.ts';

/** Decides on an entry before anything of it is passed on: false leaves it out. @throws BadArchive to refuse the archive */
export type Judge = (entry: TarEntry) => boolean;

/** Bytes of names and pax records before one entry: far more than any honest writer makes. */
const maxExtensionBytes = 1_048_576;

/**
 * Passes a tar archive on, entry by entry, as `judge` decides; bytes are passed on as they are. The end of the archive is where it
 * says so: what follows is dropped. Errors with BadArchive.
 */
export class TarGuard extends Transform {
  readonly #judge: Judge;
  #rest: Buffer = Buffer.alloc(0);
  /** Headers that belong to the next entry, not passed on yet. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #state: State = { kind: 'header' };
  #name: string | undefined;
  #target: string | undefined;
  #pax: ReadonlyMap<string, string> = new Map();
  #ended = false;

  constructor(judge: Judge) {
    super();
    this.#judge = judge;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    if (this.#ended) return callback();
    try {
      this.#feed(this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]));
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  override _flush(callback: TransformCallback): void {
    const whole = this.#ended || (this.#state.kind === 'header' && this.#rest.length === 0);
    if (!whole) return callback(new BadArchive('it is cut off'));
    if (!this.#ended) this.push(Buffer.alloc(2 * blockBytes));
    callback();
  }

  #feed(bytes: Buffer): void {
    let at = 0;
    while (!this.#ended) {
      const state = this.#state;
      if (state.kind === 'content') {
        const take = Math.min(state.left, bytes.length - at);
        if (take > 0 && state.pass) this.push(bytes.subarray(at, at + take));
        at += take;
        state.left -= take;
        if (state.left > 0) break;
        this.#state = { kind: 'header' };
        continue;
      }
      const wanted = state.kind === 'extension' ? state.bytes : blockBytes;
      if (bytes.length - at < wanted) break;
      // a copy: it outlives the chunk
      const block = Buffer.from(bytes.subarray(at, at + wanted));
      at += wanted;
      if (state.kind === 'extension') this.#extension(state, block);
      else if (state.kind === 'sparse') this.#sparse(state, block);
      else this.#header(block);
    }
    this.#rest = this.#ended ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }

  #header(block: Buffer): void {
    if (block.every((byte) => byte === 0)) {
      if (this.#held.length > 0) throw new BadArchive('it ends before the entry that was announced');
      this.#ended = true;
      this.push(Buffer.alloc(2 * blockBytes));
      return;
    }
    const header = parseHeader(block);
    this.#hold(block);
    if ('xgLK'.includes(header.type)) {
      if (header.storedBytes > maxExtensionBytes) throw new BadArchive('an extended header is too large');
      const bytes = padded(header.storedBytes);
      this.#state = { kind: 'extension', type: header.type, length: header.storedBytes, bytes };
      if (bytes === 0) this.#extension(this.#state, Buffer.alloc(0));
    } else if (header.sparse?.extended === true) this.#state = { kind: 'sparse', header };
    else this.#entry(header);
  }

  #extension({ type, length }: { readonly type: string; readonly length: number }, block: Buffer): void {
    this.#hold(block);
    const content = block.subarray(0, length);
    if (type === 'L') this.#name = cString(content);
    else if (type === 'K') this.#target = cString(content);
    else {
      const records = parsePax(content);
      if (type === 'x') this.#pax = new Map([...this.#pax, ...records]);
      // would hold for every entry that follows
      else if ([...records.keys()].some((key) => /^(?:path|linkpath|size|GNU\.)/.test(key)))
        throw new BadArchive('a global header that renames entries');
    }
    this.#state = { kind: 'header' };
    // a global header belongs to no entry: one that is left out must not take it along
    if (type === 'g') this.#release(true);
  }

  #sparse({ header }: { readonly header: RawHeader }, block: Buffer): void {
    this.#hold(block);
    // the last byte but seven says whether yet another block follows
    if (block[504] === 0) this.#entry(header);
  }

  #entry(header: RawHeader): void {
    const entry = entryOf(header, { name: this.#name, target: this.#target, pax: this.#pax });
    const pass = this.#judge(entry);
    this.#release(pass);
    this.#name = undefined;
    this.#target = undefined;
    this.#pax = new Map();
    this.#state = { kind: 'content', left: padded(entry.storedBytes), pass };
  }

  #hold(block: Buffer): void {
    this.#heldBytes += block.length;
    if (this.#heldBytes > 4 * maxExtensionBytes) throw new BadArchive('headers without an end');
    this.#held.push(block);
  }

  #release(pass: boolean): void {
    if (pass) for (const block of this.#held) this.push(block);
    this.#held = [];
    this.#heldBytes = 0;
  }
}

type State =
  | { readonly kind: 'header' }
  | { readonly kind: 'extension'; readonly type: string; readonly length: number; readonly bytes: number }
  | { readonly kind: 'sparse'; readonly header: RawHeader }
  | { readonly kind: 'content'; left: number; readonly pass: boolean };

const padded = (bytes: number): number => Math.ceil(bytes / blockBytes) * blockBytes;

const cString = (content: Buffer): string => content.toString('latin1').split('\0', 1)[0] ?? '';
