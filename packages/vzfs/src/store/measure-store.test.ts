import { expect, test } from 'vitest';
import type { ManifestEntry } from './manifest.ts';
import { compareLayers } from './measure-store.ts';

const file = (path: string, digest: string, size: number, linkOf: string | null = null): ManifestEntry => ({
  path: Buffer.from(path),
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  modifiedNs: 0n,
  size,
  device: 0,
  digest: digest.repeat(64),
  target: null,
  linkOf: linkOf === null ? null : Buffer.from(linkOf),
  xattrs: [],
});

test('what layers have in common is stored once and counted for each', () => {
  const use = compareLayers([
    {
      reference: 'a@1',
      entries: [file('libc', 'a', 100), file('own', 'b', 10), file('alias', 'b', 10, 'own')],
    },
    { reference: 'b@1', entries: [file('libc', 'a', 100), file('copy', 'a', 100)] },
  ]);
  expect(use).toEqual({
    layers: [
      { layer: 'a@1', logicalBytes: 110, ownBytes: 10, files: 3 },
      { layer: 'b@1', logicalBytes: 200, ownBytes: 0, files: 2 },
    ],
    logicalBytes: 310,
    storedBytes: 110,
    objects: 2,
  });
});

test('an empty pool has nothing to share', () => {
  expect(compareLayers([])).toEqual({ layers: [], logicalBytes: 0, storedBytes: 0, objects: 0 });
});
