import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChangesIndex, formatIndex, parseIndex } from './changes-index.ts';

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const file = fc.record({
  digest,
  size: fc.nat(),
  inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  changedNs: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
});
const path = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));
const index: fc.Arbitrary<ChangesIndex> = fc.array(fc.tuple(path, file)).map((rows) => new Map(rows));

test('an index is read as it was written, whatever bytes names are made of', () => {
  fc.assert(
    fc.property(index, (written) => {
      expect(parseIndex(formatIndex(written))).toEqual(written);
    }),
  );
});

test('what is no line of an index is left out, never believed in part', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const { digest: found } of parseIndex(text).values()) expect(found).toMatch(/^[0-9a-f]{64}$/);
    }),
  );
  expect(parseIndex(`${'a'.repeat(64)} 1 2\n${'b'.repeat(63)} 1 2 3 x\n`)).toEqual(new Map());
});
