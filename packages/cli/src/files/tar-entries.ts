import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import { nameFromText } from './byte-names.ts';

/** An entry as the stream has it: nothing of it is to be believed. Names and link targets are bytes; see `byte-names.ts`. */
export interface StreamedEntry {
  readonly name: string;
  readonly kind: string;
  readonly mode: number;
  readonly modifiedAt: Date;
  readonly linkTarget: string;
  /** To be read, or left, before the next entry is asked for. */
  readonly content: AsyncIterable<Buffer>;
}

/** An option that the types of tar-stream do not know. */
const bytewise: object = { filenameEncoding: 'latin1' };

/**
 * The entries of a tar stream, one after the other.
 * @throws Error when it is no tar stream or ends too early
 */
export async function* tarEntries(source: Readable, signal?: AbortSignal): AsyncGenerator<StreamedEntry> {
  const parser = extract(bytewise);
  const fed = pipeline(source, parser as unknown as Writable, signal ? { signal } : {});
  // looked at below, when the entries have come to their end
  fed.catch(() => undefined);
  try {
    for await (const entry of parser) {
      const { name, type, mode, mtime, linkname } = entry.header;
      const pax = (entry.header.pax ?? {}) as { readonly path?: string; readonly linkpath?: string };
      yield {
        // pax headers are UTF-8 by definition, and were read as such
        name: pax.path === undefined ? name : nameFromText(name),
        kind: type ?? 'a file of unknown kind',
        mode,
        modifiedAt: Number.isNaN(mtime.getTime()) ? new Date(0) : mtime,
        linkTarget: pax.linkpath === undefined ? (linkname ?? '') : nameFromText(linkname ?? ''),
        content: entry as AsyncIterable<Buffer>,
      };
      entry.resume();
    }
    await fed;
  } finally {
    source.destroy();
  }
}
