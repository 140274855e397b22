import type { Readable } from 'node:stream';

/**
 * A difference on its way: for each page image its name, then in order what of it is in the copy and what is sent, then the CRC-32 of
 * all of it. Numbers are little-endian.
 */
export type DifferencePart =
  | { readonly kind: 'image'; readonly name: string }
  | { readonly kind: 'copied'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'sent'; readonly content: Buffer }
  | { readonly kind: 'end'; readonly crc: number };

const letters = { image: 'I', copied: 'C', sent: 'S', end: 'E' } as const;

/** Bytes before the text or content of a part: a letter and two numbers. */
const headBytes = 17;
const longestContent = 16_777_216;

export function encodePart(part: DifferencePart): Buffer {
  const head = Buffer.alloc(headBytes);
  head.write(letters[part.kind], 'latin1');
  const numbers = (first: number, second = 0) => {
    head.writeBigUInt64LE(BigInt(first), 1);
    head.writeBigUInt64LE(BigInt(second), 9);
    return head;
  };
  if (part.kind === 'image') {
    const name = Buffer.from(part.name);
    return Buffer.concat([numbers(name.length), name]);
  }
  if (part.kind === 'copied') return numbers(part.offset, part.bytes);
  if (part.kind === 'sent') return Buffer.concat([numbers(part.content.length), part.content]);
  return numbers(part.crc);
}

/** @throws RangeError for what is none or is cut off */
export async function* decodeParts(stream: Readable): AsyncGenerator<DifferencePart> {
  let rest: Buffer = Buffer.alloc(0);
  const chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const take = async (bytes: number): Promise<Buffer | null> => {
    const parts = [rest];
    let have = rest.length;
    while (have < bytes) {
      const next = await chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      have += next.value.length;
    }
    const all = parts.length === 1 ? rest : Buffer.concat(parts);
    if (all.length === 0 && bytes > 0) return null;
    if (all.length < bytes) throw new RangeError('a difference of memory is cut off');
    rest = all.subarray(bytes);
    return all.subarray(0, bytes);
  };
  const content = async (bytes: number): Promise<Buffer> => {
    if (bytes > longestContent) throw new RangeError(`a difference of memory has a part of ${bytes} bytes`);
    const found = bytes === 0 ? Buffer.alloc(0) : await take(bytes);
    if (found === null) throw new RangeError('a difference of memory is cut off');
    return found;
  };
  for (let head = await take(headBytes); head !== null; head = await take(headBytes)) {
    const letter = head.toString('latin1', 0, 1);
    const first = Number(head.readBigUInt64LE(1));
    if (letter === letters.image) yield { kind: 'image', name: (await content(first)).toString() };
    else if (letter === letters.copied)
      yield { kind: 'copied', offset: first, bytes: Number(head.readBigUInt64LE(9)) };
    else if (letter === letters.sent) yield { kind: 'sent', content: await content(first) };
    else if (letter === letters.end) yield { kind: 'end', crc: first };
    else throw new RangeError('a difference of memory has an unknown part');
  }
}
