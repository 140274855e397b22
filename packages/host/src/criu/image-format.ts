/** CRIU's image files: two magic numbers, then messages of Protocol Buffers with their lengths before them (criu.org/Images). */

const headerBytes = 8;

/** @throws RangeError for an image that is cut off */
export function entriesOf(image: Buffer): readonly Buffer[] {
  const entries: Buffer[] = [];
  for (let at = headerBytes; at < image.length; ) {
    const start = at + 4;
    at = start + image.readUInt32LE(at);
    if (at > image.length) throw new RangeError('an image of CRIU is cut off');
    entries.push(image.subarray(start, at));
  }
  return entries;
}

/** An image of the same kind with other entries. */
export function withEntries(image: Buffer, entries: readonly Buffer[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(entry.length);
    return [length, entry];
  });
  return Buffer.concat([image.subarray(0, headerBytes), ...parts]);
}

const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

interface Field {
  readonly number: number;
  readonly kind: number;
  /** Of a varint. */
  readonly value: number;
  /** Of a field with a length: a message within the message. */
  readonly content: Buffer;
  /** All bytes of it, the tag included. */
  readonly whole: Buffer;
}

/** The fields of a message, in order (protobuf.dev, "Encoding"). @throws RangeError for a message that is none */
function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const sizes: Readonly<Record<number, () => number>> = {
    [wire.fixed64]: () => 8,
    [wire.bytes]: readVarint,
    [wire.fixed32]: () => 4,
  };
  while (at < message.length) {
    const start = at;
    const tag = readVarint();
    const kind = tag % 8;
    const value = kind === wire.varint ? readVarint() : 0;
    const size = kind === wire.varint ? 0 : sizes[kind]?.();
    if (size === undefined || at + size > message.length)
      throw new RangeError(`an image of CRIU has a field that nobody can read, of kind ${kind}`);
    const content = message.subarray(at, at + size);
    at += size;
    yield { number: Math.floor(tag / 8), kind, value, content, whole: message.subarray(start, at) };
  }
}

/** A number in a message, or in a message within it: the path has the numbers of fields. */
export function numberAt(message: Buffer, ...path: readonly number[]): number | undefined {
  const [number, ...rest] = path;
  for (const field of fieldsOf(message))
    if (field.number === number) return rest.length === 0 ? field.value : numberAt(field.content, ...rest);
  return undefined;
}

/** The message with another number in a field that it has. */
export function withNumber(message: Buffer, value: number, ...path: readonly number[]): Buffer {
  const [number, ...rest] = path;
  const parts = [...fieldsOf(message)].map((field) => {
    if (field.number !== number) return field.whole;
    const tag = varint(number * 8 + field.kind);
    if (rest.length === 0) return Buffer.from([...tag, ...varint(value)]);
    const content = withNumber(field.content, value, ...rest);
    return Buffer.concat([Buffer.from([...tag, ...varint(content.length)]), content]);
  });
  return Buffer.concat(parts);
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
