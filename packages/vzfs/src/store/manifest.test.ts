import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatManifest, type ManifestEntry, manifestDigest, parseManifest } from './manifest.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array));
const name = bytes.filter((path) => !path.includes(0));

const entry: fc.Arbitrary<ManifestEntry> = fc.record({
  path: fc.oneof(
    name,
    fc.constantFrom('.', '-', '%2e', 'a b', 'x\ny').map((text) => Buffer.from(text)),
  ),
  kind: fc.constantFrom('file', 'directory', 'symlink', 'character', 'block', 'fifo', 'socket'),
  mode: fc.nat(0o7777),
  uid: fc.nat(65_535),
  gid: fc.nat(65_535),
  modifiedNs: fc.bigInt({ min: -(10n ** 18n), max: 4n * 10n ** 18n }),
  size: fc.nat(),
  device: fc.nat(),
  digest: fc.option(fc.constant('ab'.repeat(32))),
  target: fc.option(name),
  linkOf: fc.option(name),
  xattrs: fc.array(fc.record({ name: fc.stringMatching(/^[a-z.,= ]{1,12}$/), value: bytes }), {
    maxLength: 3,
  }),
});

test('a manifest that is read back says what was written, whatever bytes names have', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
      expect(parseManifest(formatManifest(entries))).toEqual(entries);
    }),
  );
});

test('every entry is one line of printable letters', () => {
  fc.assert(
    fc.property(entry, (one) => {
      expect(formatManifest([one])).toMatch(/^[\x20-\x7e]+\n$/);
    }),
  );
});

test('the smallest change of a layer changes its digest', () => {
  const base: ManifestEntry = {
    path: Buffer.from('bin/sh'),
    kind: 'file',
    mode: 0o755,
    uid: 0,
    gid: 0,
    modifiedNs: 1n,
    size: 3,
    device: 0,
    digest: 'ab'.repeat(32),
    target: null,
    linkOf: null,
    xattrs: [],
  };
  const digest = (change: Partial<ManifestEntry>) => manifestDigest(formatManifest([{ ...base, ...change }]));
  const digests = [{}, { mode: 0o4755 }, { modifiedNs: 2n }, { uid: 1 }, { digest: 'ac'.repeat(32) }].map(
    digest,
  );
  expect(new Set(digests).size).toBe(digests.length);
  expect(digests[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test('a line that is no entry is refused with its number', () => {
  expect(() => parseManifest('d 755 0 0 1 0 0 - - - - .\nnonsense\n')).toThrow('line 2 is not an entry');
});
