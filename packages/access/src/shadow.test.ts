import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nobodysCrypt, rootHash } from './shadow.ts';

const sha512 = `$6$saltsalt$${'a'.repeat(86)}`;
const yescrypt = `$y$j9T$saltsaltsalt$${'a'.repeat(43)}`;
const shadow = (hash: string, rest = '19000:0:99999:7:::') =>
  `daemon:*:19000::::::\nroot:${hash}:${rest}\nbin:*:::::::\n`;
const today = 20_000;

describe('the password of root', () => {
  test.each([
    sha512,
    yescrypt,
    nobodysCrypt,
    `$6$rounds=65536$saltsalt$${'a'.repeat(86)}`,
    `$5$saltsalt$${'a'.repeat(43)}`,
    `$2b$10$${'a'.repeat(53)}`,
  ])('is taken from %s', (hash) => {
    expect(rootHash(shadow(hash), today)).toBe(hash);
  });

  test.each([
    ['none', ''],
    ['locked', '*'],
    ['locked', `!${sha512}`],
    ['DES', 'aaJfMKNH1hTm2'],
    ['MD5', '$1$saltsalt$aaaaaaaaaaaaaaaaaaaaaa'],
    ['SHA-crypt that takes hours', `$6$rounds=999999999$saltsalt$${'a'.repeat(86)}`],
    ['yescrypt that takes gigabytes', `$y$jFT$saltsaltsalt$${'a'.repeat(43)}`],
    ['bcrypt that takes hours', `$2b$31$${'a'.repeat(53)}`],
    ['scrypt', `$7$CU..../....salt$${'a'.repeat(43)}`],
  ])('is none where it is %s', (_what, hash) => {
    expect(rootHash(shadow(hash), today)).toBeNull();
  });

  test('is none once the account has expired, and that of nobody else', () => {
    expect(rootHash(shadow(sha512, '19000:0:99999:7::20000:'), today)).toBeNull();
    expect(rootHash(shadow(sha512, '19000:0:99999:7::20001:'), today)).toBe(sha512);
    expect(rootHash(`toor:${sha512}:19000::::::\n`, today)).toBeNull();
  });

  test('is never more than what stands in the line of root, whatever the file holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const found = rootHash(text, today);
        expect(found === null || text.includes(`root:${found}`)).toBe(true);
      }),
    );
  });
});
