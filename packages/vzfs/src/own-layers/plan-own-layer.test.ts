import type { TreeEntry } from '@insula/host';
import { expect, test } from 'vitest';
import type { ManifestEntry } from '../store/manifest.ts';
import { mergeOwnLayers } from './merge-own-layers.ts';
import { isOpaque, opacity } from './overlay-attributes.ts';
import { isCandidate, type OwnLayerInput, planOwnLayer } from './plan-own-layer.ts';

const digestOf = (letter: string) => letter.repeat(64);
const attribute = (name: string, value = '') => ({
  name: `trusted.overlay.${name}`,
  value: Buffer.from(value),
});

function entry(path: string, change: Partial<TreeEntry> = {}): TreeEntry {
  return {
    path: Buffer.from(path),
    kind: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    modifiedNs: 7n,
    changedNs: 1n,
    size: 5000,
    allocatedBytes: 8192,
    inode: 1n,
    links: 1,
    device: 0,
    target: null,
    xattrs: [],
    ...change,
  };
}
const folder = (path: string, ...xattrs: TreeEntry['xattrs']) =>
  entry(path, { kind: 'directory', mode: 0o755, size: 0, links: 2, xattrs });
const whiteout = (path: string) => entry(path, { kind: 'character', size: 0 });
const stub = (path: string, digest = digestOf('a')): ManifestEntry => ({
  ...entry(path),
  digest,
  linkOf: null,
});
const layerFolder = (path: string, ...xattrs: TreeEntry['xattrs']): ManifestEntry => ({
  ...folder(path, ...xattrs),
  digest: null,
  linkOf: null,
});

/** Paths of what is planned; folders that hide what is below them end in `!`. */
function planned(changes: readonly TreeEntry[], more: Partial<OwnLayerInput> = {}) {
  const digests = new Map(changes.filter(isCandidate).map(({ path }) => [path.toString(), digestOf('a')]));
  const plan = planOwnLayer({
    changes,
    digests,
    current: [],
    isShared: () => true,
    roomBytes: null,
    ...more,
  });
  return {
    layer: plan.entries.map((row) => `${row.path.toString()}${isOpaque(row) ? '!' : ''}`),
    moved: plan.moved.map(({ path }) => path.toString()),
    opaque: plan.opaque.map(String),
  };
}

test('shared files move with the folders that hold them, and what is not shared stays', () => {
  const changes = [folder(''), folder('usr'), folder('usr/lib'), entry('usr/lib/a'), entry('usr/lib/b')];
  const digests = new Map([
    ['usr/lib/a', digestOf('a')],
    ['usr/lib/b', digestOf('b')],
  ]);
  const isShared = (digest: string) => digest === digestOf('a');
  expect(planned(changes, { digests, isShared })).toEqual({
    layer: ['', 'usr', 'usr/lib', 'usr/lib/a'],
    moved: ['usr/lib/a'],
    opaque: [],
  });
});

test('no layer is made of nothing', () => {
  expect(planned([folder(''), entry('a', { size: 100 })])).toEqual({ layer: [], moved: [], opaque: [] });
});

test('files with several names, of holes, with data elsewhere or with attributes of the kernel are no candidates', () => {
  for (const change of [
    { links: 2 },
    { size: 100_000_000 },
    { size: 4095 },
    { kind: 'fifo' as const },
    { xattrs: [attribute('metacopy')] },
    { xattrs: [attribute('redirect', '/x')] },
  ])
    expect(isCandidate(entry('a', change))).toBe(false);
  expect(isCandidate(entry('a', { xattrs: [attribute('origin')] }))).toBe(true);
});

test('a folder that hides what layers have does so in the layer in its place', () => {
  const changes = [folder(''), folder('new', opacity), folder('new/er'), entry('new/er/a')];
  expect(planned(changes)).toEqual({
    layer: ['', 'new!', 'new/er', 'new/er/a'],
    moved: ['new/er/a'],
    opaque: ['new'],
  });
});

test('attributes that overlays go by are never taken for those of a file', () => {
  const changes = [folder('', attribute('impure', 'y')), entry('a', { xattrs: [attribute('origin', 'x')] })];
  const plan = planOwnLayer({
    changes,
    digests: new Map([['a', digestOf('a')]]),
    current: [],
    isShared: () => true,
    roomBytes: null,
  });
  expect(plan.entries.flatMap(({ xattrs }) => xattrs)).toEqual([]);
});

test('files below a folder that was moved stay, and so does whatever would show in it', () => {
  const moved = folder('b', attribute('redirect', 'a'));
  expect(planned([folder(''), whiteout('a'), moved, entry('b/x')]).moved).toEqual([]);
  // a new folder stands where the other came from: one layer cannot hide from one and show to the other
  const again = [folder(''), folder('a', opacity), entry('a/x'), moved, folder('c'), entry('c/x')];
  expect(planned(again)).toMatchObject({ moved: ['c/x'], opaque: [] });
  const deep = [
    folder(''),
    folder('b'),
    folder('b/c', attribute('redirect', '/a/deep')),
    folder('a', opacity),
    entry('a/x'),
  ];
  expect(planned(deep).moved).toEqual([]);
});

test('what a layer has is kept while somebody can see it', () => {
  const current = [layerFolder(''), layerFolder('a'), stub('a/x'), stub('a/y'), stub('a/z')];
  const shown = (...changes: readonly TreeEntry[]) =>
    planned([folder(''), ...changes], { current }).layer.filter((path) => path.startsWith('a/'));
  expect(shown()).toEqual(['a/x', 'a/y', 'a/z']);
  expect(shown(folder('a'), whiteout('a/x'), entry('a/y', { size: 1 }))).toEqual(['a/z']);
  expect(shown(folder('a', opacity))).toEqual([]);
  expect(shown(whiteout('a'))).toEqual([]);
  // only the mode was changed: the data is still read from below
  expect(shown(folder('a'), entry('a/x', { xattrs: [attribute('metacopy')] }))).toContain('a/x');
  // moved, with and without its folder
  expect(shown(whiteout('a'), folder('b', attribute('redirect', 'a')))).toEqual(['a/x', 'a/y', 'a/z']);
  const movedFile = entry('b', { xattrs: [attribute('metacopy'), attribute('redirect', '/a/x')] });
  expect(shown(whiteout('a'), movedFile)).toEqual(['a/x']);
});

test('a folder of a layer goes on hiding what is below it when nothing is left in it', () => {
  const current = [layerFolder(''), layerFolder('a', opacity), stub('a/x')];
  expect(planned([folder(''), folder('a'), whiteout('a/x')], { current }).layer).toEqual(['', 'a!']);
  expect(planned([folder(''), whiteout('a')], { current }).layer).toEqual([]);
});

test('a layer takes no more than there is room for', () => {
  const changes = [folder(''), entry('a'), entry('b'), entry('c')];
  expect(planned(changes, { roomBytes: 10_000 }).moved).toEqual(['a', 'b']);
  expect(planned(changes, { roomBytes: 10_000, current: [layerFolder(''), stub('d')] }).moved).toEqual(['a']);
});

test('several layers come to what they show together', () => {
  const lower = [
    layerFolder(''),
    layerFolder('a', opacity),
    stub('a/x'),
    stub('a/y'),
    layerFolder('b'),
    stub('b/x'),
  ];
  const upper = [
    layerFolder(''),
    layerFolder('a'),
    stub('a/x', digestOf('c')),
    layerFolder('b', opacity),
    stub('b/y'),
  ];
  const merged = mergeOwnLayers([upper, lower]);
  expect(merged.map((row) => `${row.path.toString()}${isOpaque(row) ? '!' : ''}`)).toEqual([
    ...['', 'a!', 'a/x', 'a/y', 'b!', 'b/y'],
  ]);
  expect(merged.find(({ path }) => path.toString() === 'a/x')?.digest).toBe(digestOf('c'));
});
