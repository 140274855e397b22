import { expect, test } from 'vitest';
import { errorsIn } from './criu-log.ts';

const line = (text: string) => `(00.100742) Error (criu/files.c:12): ${text}\n`;

test('what ended a dump is shown, also behind errors that it went on after', () => {
  const walk = Array.from({ length: 5 }, (_unused, index) =>
    line(`overlay walk: readdir failed on /proc/${index}`),
  );
  const end = [
    line('unix: Non-empty write queue'),
    line('Dump files (pid: 7) failed with -1'),
    line('Dumping FAILED.'),
  ];
  const text = ["(00.1) Error (criu/util.c:1): Can't setup RLIMIT_NOFILE for self\n", ...walk, ...end].join(
    '',
  );
  const found = errorsIn(text);
  expect(found).toContain('readdir failed on /proc/0');
  expect(found).toContain('Non-empty write queue');
  expect(found).not.toMatch(/FAILED|RLIMIT|failed with/);
});

test('a dump that says no more than that it failed is told so, and none says nothing', () => {
  expect(errorsIn(line('Dumping FAILED.'))).toBe('Dumping FAILED.');
  expect(errorsIn('(00.1) Warn (a.c:1): odd\n')).toBeNull();
});
