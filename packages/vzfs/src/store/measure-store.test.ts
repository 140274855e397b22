import { expect, test } from 'vitest';
import type { ManifestEntry } from './manifest.ts';
import { compareNeeds } from './measure-store.ts';

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
  const use = compareNeeds(
    [
      {
        reference: 'a@1',
        entries: [file('libc', 'a', 100), file('own', 'b', 10), file('alias', 'b', 10, 'own')],
      },
      { reference: 'b@1', entries: [file('libc', 'a', 100), file('copy', 'a', 100)] },
    ],
    [],
  );
  expect(use).toEqual({
    layers: [
      { layer: 'a@1', logicalBytes: 110, ownBytes: 10, files: 3 },
      { layer: 'b@1', logicalBytes: 200, ownBytes: 0, files: 2 },
    ],
    ves: [],
    logicalBytes: 310,
    storedBytes: 110,
    objects: 2,
  });
});

test('an empty pool has nothing to share', () => {
  expect(compareNeeds([], [])).toEqual({ layers: [], ves: [], logicalBytes: 0, storedBytes: 0, objects: 0 });
});

test('what VEs share is counted for each and stored once, and what a template has is no VE’s own', () => {
  const [own, other] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
  const layers = [
    { reference: 'a@1', entries: [file('libc', 'a', 100)] },
    { reference: own, entries: [file('libc', 'a', 100), file('app', 'b', 40)] },
    { reference: other, entries: [file('app', 'b', 40), file('data', 'c', 7)] },
    { reference: `sha256:${'3'.repeat(64)}`, entries: [file('old', 'd', 1000)] },
  ];
  const ve = (number: number, digests: string[]) => ({
    uuid: `u${number}`,
    name: `ve${number}`,
    layers: digests,
  });
  const use = compareNeeds(layers, [ve(1, [own]), ve(2, [own]), ve(3, [other]), ve(4, [])]);
  expect(use.ves).toEqual([
    { ve: 've1', uuid: 'u1', logicalBytes: 140, ownBytes: 0, files: 2 },
    { ve: 've2', uuid: 'u2', logicalBytes: 140, ownBytes: 0, files: 2 },
    { ve: 've3', uuid: 'u3', logicalBytes: 47, ownBytes: 7, files: 2 },
    { ve: 've4', uuid: 'u4', logicalBytes: 0, ownBytes: 0, files: 0 },
  ]);
  expect(use.layers).toEqual([{ layer: 'a@1', logicalBytes: 100, ownBytes: 0, files: 1 }]);
  // with what only a snapshot has
  expect(use).toMatchObject({ logicalBytes: 1427, storedBytes: 1147, objects: 4 });
});
