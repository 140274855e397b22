import { firstCtid, lastCtid } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextCtid, nextIdBase } from './allocation.ts';

const range = { first: 1_879_048_192, count: 4 };
const baseOf = (index: number) => range.first + index * 65_536;

test('the lowest free CTID is taken', () => {
  expect(nextCtid(new Set())).toBe(101);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: firstCtid, max: firstCtid + 50 })), (used) => {
      const next = nextCtid(new Set(used));
      expect(used).not.toContain(next);
      for (let lower = firstCtid; lower < next; lower += 1) expect(used).toContain(lower);
    }),
  );
});

/** All numbers but one, without a million entries. */
class AllBut extends Set<number> {
  readonly #missing: number | null;

  constructor(missing: number | null) {
    super();
    this.#missing = missing;
  }

  override has(value: number): boolean {
    return value !== this.#missing;
  }
}

test('when every CTID is taken, that is said', () => {
  expect(nextCtid(new AllBut(lastCtid))).toBe(lastCtid);
  expect(() => nextCtid(new AllBut(null))).toThrow('no free CTID');
  expect(() => nextCtid(new AllBut(lastCtid + 1))).toThrow('no free CTID');
});

test('ranges of ids follow each other without a gap and without an overlap', () => {
  const used = new Set<number>();
  for (let index = 0; index < range.count; index += 1) {
    expect(nextIdBase(range, used)).toBe(baseOf(index));
    used.add(baseOf(index));
  }
  expect(() => nextIdBase(range, used)).toThrow('no free range of user ids');
  used.delete(baseOf(2));
  expect(nextIdBase(range, used)).toBe(baseOf(2));
});

test('ranges that other nodes gave out do not matter', () => {
  expect(nextIdBase(range, new Set([65_536]))).toBe(range.first);
});

test('no range reaches the id that stands for nobody', () => {
  const high = { first: 4_294_836_224, count: 10 };
  expect(nextIdBase(high, new Set())).toBe(4_294_836_224);
  expect(() => nextIdBase(high, new Set([4_294_836_224]))).toThrow('no free range of user ids');
});
