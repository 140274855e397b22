import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseProcessStat } from './process-stat.ts';

const rest = '1 7 7 0 -1 4194560 100 0 0 0 0 0 0 0 20 0 1 0 123456 1000 10 18446744073709551615';

test('the start time is field 22', () => {
  expect(parseProcessStat(`42 (init) S ${rest}`)).toEqual({
    pid: 42,
    command: 'init',
    state: 'S',
    startTime: 123456,
  });
});

test('a command may hold anything, closing parentheses and numbers too', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 16 }), (command) => {
      expect(parseProcessStat(`42 (${command}) Z ${rest}\n`)).toEqual({
        pid: 42,
        command,
        state: 'Z',
        startTime: 123456,
      });
    }),
  );
  expect(parseProcessStat(`42 (a) R 1 (b) S ${rest}`)?.state).toBe('S');
});

test('a text that is no stat file gives nothing', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 40 }),
      (text) => text.includes(')') || parseProcessStat(text) === null,
    ),
  );
  expect(parseProcessStat('')).toBeNull();
  expect(parseProcessStat('12 (x) S 1')).toBeNull();
});
