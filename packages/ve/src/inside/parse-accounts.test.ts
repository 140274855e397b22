import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAccounts } from './parse-accounts.ts';

const passwd = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
# a remark
+::::::
alice:x:1000:1000:Alice Müller,Room 5,,:/home/alice:
bob::1001:1001::/home/bob:/bin/zsh
odd:x:-1:1:odd:/:/bin/sh
carol:x:1002:1002::/home/carol:/bin/sh
nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;
const group = 'root:x:0:\nsudo:x:27:alice,bob\nwww-data:x:33:bob\nalicelike:x:50:alicexx\n';
const shadow = 'root:$6$a$b:19000:0:99999:7:::\ndaemon:*:1::::::\nalice:!$6$c$d:19000:0:99999:7:::\n';

test('accounts are read from the files of a system', () => {
  expect(parseAccounts({ passwd, group, shadow }).map((one) => [one.name, one.kind, one.password])).toEqual([
    ['root', 'root', 'set'],
    ['daemon', 'service', 'locked'],
    ['alice', 'person', 'locked'],
    ['bob', 'person', 'none'],
    ['carol', 'person', 'unknown'],
    ['nobody', 'service', 'locked'],
  ]);
  expect(parseAccounts({ passwd, group, shadow })[2]).toEqual({
    name: 'alice',
    uid: 1000,
    gid: 1000,
    kind: 'person',
    fullName: 'Alice Müller',
    home: '/home/alice',
    shell: '/bin/sh',
    groups: ['sudo'],
    password: 'locked',
  });
  expect(parseAccounts({ passwd, group, shadow })[3]?.groups).toEqual(['sudo', 'www-data']);
});

test('without a file of passwords it is not known who has one', () => {
  expect(parseAccounts({ passwd, group, shadow: null })[0]?.password).toBe('unknown');
});

test('any text is read as some accounts', () => {
  const text = fc.string({ unit: fc.constantFrom(':', '\n', ',', 'a', 'x', '0', '9', '!', '*', '') });
  fc.assert(
    fc.property(text, text, fc.option(text), (a, b, c) => {
      for (const { uid, gid, name } of parseAccounts({ passwd: a, group: b, shadow: c })) {
        expect(name).not.toBe('');
        expect(Number.isSafeInteger(uid) && Number.isSafeInteger(gid)).toBe(true);
      }
    }),
  );
});
