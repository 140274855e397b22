import { CodedError } from '@insula/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { entryPath, lastName, pathBytes, pathText } from './guest-paths.ts';

const name = fc
  .uint8Array({ minLength: 1, maxLength: 255 })
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => !bytes.includes(0) && !bytes.includes(0x2f));

test('a path of any bytes comes back as it was, and is text where it can be', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (names) => {
      const path = Buffer.concat(names.flatMap((part) => [Buffer.from('/'), part]));
      expect(pathBytes(pathText(path)).equals(path)).toBe(true);
    }),
  );
  expect(pathText(Buffer.from('/ä'))).toBe('/ä');
  expect(pathText(Buffer.from([0x2f, 0xff]))).toBe('base64url:L_8');
});

test('the path of an entry has its name last, whatever slashes the directory ends with', () => {
  fc.assert(
    fc.property(name, fc.constantFrom('/', '//', '/a', '/a/', '/a//b///'), (entry, directory) => {
      const path = entryPath(Buffer.from(directory), entry);
      expect(lastName(path).equals(entry)).toBe(true);
      expect(path.toString('latin1').startsWith('/')).toBe(true);
    }),
  );
  expect(entryPath(Buffer.from('/'), Buffer.from('etc')).toString()).toBe('/etc');
  expect(entryPath(Buffer.from('/a//'), Buffer.from('b')).toString()).toBe('/a/b');
});

test('bytes that are no absolute path are refused', () => {
  for (const bytes of ['etc', '', '/a\0b', '\0/a'])
    expect(() => pathBytes(`base64url:${Buffer.from(bytes).toString('base64url')}`)).toThrow(CodedError);
});
