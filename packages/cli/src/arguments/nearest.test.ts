import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearest } from './nearest.ts';

describe('the nearest word', () => {
  test('a slip of the fingers is understood', () => {
    const verbs = ['list', 'start', 'stop', 'status', 'destroy'];
    expect(nearest('lits', verbs)).toBe('list');
    expect(nearest('strat', verbs)).toBe('start');
    expect(nearest('destory', verbs)).toBe('destroy');
    expect(nearest('--rma', ['--ram', '--numproc'])).toBe('--ram');
  });

  test('something quite different has no nearest word', () => {
    expect(nearest('frobnicate', ['list', 'start'])).toBeUndefined();
    expect(nearest('x', [])).toBeUndefined();
  });

  test('a known word is always its own nearest', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z-]{1,12}$/), { minLength: 1, maxLength: 12 }),
        (words) => {
          for (const word of words) expect(nearest(word, words)).toBe(word);
        },
      ),
    );
  });
});
