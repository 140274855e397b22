import fc from 'fast-check';
import { expect, test } from 'vitest';
import { treeDifference } from './tree-difference.ts';
import type { TreeState } from './tree-transfer.ts';

const file = (change = 1) => `f 7 ${change} 10`;
const folder = (change = 1) => `d 8 ${change} 0`;

test('what did not change is not sent', () => {
  const state = { '.': folder(), a: folder(), 'a/b': file() };
  expect(treeDifference(state, state)).toEqual({ changed: [], removed: [] });
});

test('what is new or changed is sent, parents first, and what is gone is removed once', () => {
  const before = { '.': folder(), a: folder(), 'a/b': file(), 'a/c': folder(), 'a/c/d': file(), e: file() };
  const after = { '.': folder(2), a: folder(2), 'a/b': file(2), f: folder(), 'f/g': file(), e: file() };
  expect(treeDifference(before, after)).toEqual({ changed: ['.', 'a', 'a/b', 'f', 'f/g'], removed: ['a/c'] });
});

test('what became another kind of file is removed first, and sent with everything below it', () => {
  const before = { a: 'l 7 1 3', b: folder(), 'b/c': file() };
  const after = { a: folder(), 'a/x': file(), b: file() };
  expect(treeDifference(before, after)).toEqual({ changed: ['a', 'a/x', 'b'], removed: ['a', 'b'] });
});

test('a copy that is changed as told becomes what the tree is', () => {
  const name = fc.constantFrom('a', 'b', 'a/x', 'a/y', 'b/x', 'b/x/z');
  const state = fc.dictionary(name, fc.constantFrom('f 1 1 1', 'f 1 2 1', 'd 1 1 0', 'l 1 1 2'));
  fc.assert(
    fc.property(state, state, (before: TreeState, after: TreeState) => {
      const { changed, removed } = treeDifference(before, after);
      const copy: Record<string, string> = { ...before };
      for (const gone of removed)
        for (const key of Object.keys(copy)) if (key === gone || key.startsWith(`${gone}/`)) delete copy[key];
      for (const sent of changed) copy[sent] = after[sent] ?? '';
      expect(copy).toEqual(after);
    }),
  );
});
