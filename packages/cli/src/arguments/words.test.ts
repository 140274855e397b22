import { expect, test } from 'vitest';
import { shareWords } from './words.ts';

const positional = (field: string, several = false) => ({
  field,
  several,
  place: 'params' as const,
  optional: false,
  description: field,
});

test('the last words belong to the positionals after the one that takes several', () => {
  const command = { positionals: [positional('ve', true), positional('node')] };
  expect(shareWords(command, ['a', 'b', 'c'])).toEqual([['a', 'b'], ['c']]);
  expect(shareWords(command, ['a', 'b'])).toEqual([['a'], ['b']]);
  expect(shareWords(command, ['b'])).toEqual([[], ['b']]);
  expect(shareWords(command, [])).toEqual([[], []]);
});

test('those before it get the first', () => {
  const command = { positionals: [positional('x'), positional('ve', true), positional('node')] };
  expect(shareWords(command, ['x', 'a', 'b', 'n'])).toEqual([['x'], ['a', 'b'], ['n']]);
});
