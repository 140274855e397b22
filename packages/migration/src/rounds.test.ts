import fc from 'fast-check';
import { expect, test } from 'vitest';
import { needsRound } from './rounds.ts';

const mebibyte = 1_048_576;

test('there is a first round, and a second one when the first was large', () => {
  expect(needsRound([])).toBe(true);
  expect(needsRound([1000 * mebibyte])).toBe(true);
  expect(needsRound([3 * mebibyte])).toBe(false);
});

test('rounds go on while they shrink', () => {
  expect(needsRound([1000, 400, 100].map((size) => size * mebibyte))).toBe(true);
  expect(needsRound([1000, 400, 380].map((size) => size * mebibyte))).toBe(false);
  expect(needsRound([1000, 400, 500].map((size) => size * mebibyte))).toBe(false);
});

test('rounds come to an end, whatever changes how fast', () => {
  const sizes = fc.array(fc.nat({ max: 2 ** 36 }), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(sizes, (sent) => !needsRound(sent)));
});
