import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withPassword } from './shadow-entry.ts';

const text = 'root:*:19000:0:99999:7:::\nalice:!:19000:0:99999:7::20000:\nalice:x:1::::::\n';

test('one account gets another hash and the day of it, and nothing else changes', () => {
  expect(withPassword(text, { account: 'alice', hash: '$6$s$h', day: 20_500 })).toBe(
    'root:*:19000:0:99999:7:::\nalice:$6$s$h:20500:0:99999:7::20000:\nalice:x:1::::::\n',
  );
});

test('an account that there is not gets nothing', () => {
  expect(withPassword(text, { account: 'bob', hash: 'h', day: 1 })).toBeNull();
  expect(withPassword('', { account: 'root', hash: 'h', day: 1 })).toBeNull();
  expect(withPassword('root', { account: 'root', hash: 'h', day: 1 })).toBeNull();
});

test('whatever the file holds, it keeps its lines but one', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      const before = ['a:b:c:d', ...lines].join('\n');
      const after = withPassword(before, { account: 'a', hash: 'h', day: 3 }) ?? '';
      expect(after.split('\n').slice(1)).toEqual(before.split('\n').slice(1));
      expect(after.split('\n')[0]).toBe('a:h:3:d');
    }),
  );
});
