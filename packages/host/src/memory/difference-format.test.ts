import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DifferencePart, decodeParts, encodePart } from './difference-format.ts';

const part: fc.Arbitrary<DifferencePart> = fc.oneof(
  fc.record({ kind: fc.constant('image' as const), name: fc.stringMatching(/^[a-z0-9.-]{1,20}$/) }),
  fc.record({ kind: fc.constant('copied' as const), offset: fc.maxSafeNat(), bytes: fc.maxSafeNat() }),
  fc.record({
    kind: fc.constant('sent' as const),
    content: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  }),
  fc.record({ kind: fc.constant('end' as const), crc: fc.integer({ min: 0, max: 0xffff_ffff }) }),
);

const decoded = async (bytes: Buffer, cut: number) => {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += cut) chunks.push(bytes.subarray(at, at + cut));
  const parts: DifferencePart[] = [];
  for await (const found of decodeParts(Readable.from(chunks))) parts.push(found);
  return parts;
};

test('what is sent arrives, however the line cuts it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 8 }),
      fc.integer({ min: 1, max: 64 }),
      async (parts, cut) => {
        expect(await decoded(Buffer.concat(parts.map(encodePart)), cut)).toEqual(parts);
      },
    ),
  );
});

test('what is cut off within a part is refused', async () => {
  const bytes = encodePart({ kind: 'sent', content: Buffer.from('memory') });
  for (let length = 1; length < bytes.length; length += 1)
    await expect(decoded(bytes.subarray(0, length), 7)).rejects.toThrow(RangeError);
});
