import { expect, test } from 'vitest';
import { parseOsRelease } from './os-release.ts';

test('os-release gives names and unquoted values', () => {
  const text =
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID=\'12\'\n# no\nX="a\\"b"\nbroken\n';
  expect(parseOsRelease(text)).toEqual({
    PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)',
    ID: 'debian',
    VERSION_ID: '12',
    X: 'a"b',
  });
});
