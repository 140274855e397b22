import type { TreeEntry } from '@insula/host';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareChanges } from './compare-changes.ts';

const entry = (path: string, change: Partial<TreeEntry> = {}): TreeEntry => ({
  path: Buffer.from(path),
  kind: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  modifiedNs: 1n,
  changedNs: 1n,
  size: 1,
  allocatedBytes: 4096,
  inode: 1n,
  links: 1,
  device: 0,
  target: null,
  xattrs: [],
  ...change,
});
const whiteout = (path: string) => entry(path, { kind: 'character', size: 0 });

test('what is the same in both is no change, whatever its inode', () => {
  expect(compareChanges([entry('a')], [entry('a', { inode: 7n, allocatedBytes: 0 })])).toEqual([]);
});

test('names that come, go and differ are told in order', () => {
  const before = [entry('b'), entry('c'), entry('d')];
  const now = [entry('a'), entry('b', { size: 2 }), entry('d', { mode: 0o600 })];
  expect(compareChanges(before, now)).toEqual([
    { path: '/a', change: 'added' },
    { path: '/b', change: 'changed' },
    { path: '/c', change: 'removed' },
    { path: '/d', change: 'changed' },
  ]);
});

test('a whiteout is a name that was removed, and one that went a name that came back', () => {
  expect(compareChanges([], [whiteout('etc/issue')])).toEqual([{ path: '/etc/issue', change: 'removed' }]);
  expect(compareChanges([whiteout('etc/issue')], [])).toEqual([{ path: '/etc/issue', change: 'added' }]);
  expect(compareChanges([whiteout('x')], [entry('x')])).toEqual([{ path: '/x', change: 'added' }]);
});

test('a folder is not changed by what is in it, but by its owner, its mode and its attributes', () => {
  const folder = (change: Partial<TreeEntry> = {}) => entry('d', { kind: 'directory', size: 0, ...change });
  expect(compareChanges([folder()], [folder({ modifiedNs: 9n })])).toEqual([]);
  const opaque = [{ name: 'trusted.overlay.opaque', value: Buffer.from('y') }];
  for (const change of [{ uid: 5 }, { mode: 0o700 }, { xattrs: opaque }])
    expect(compareChanges([folder()], [folder(change)])).toEqual([{ path: '/d', change: 'changed' }]);
});

test('what the template has is changed, not added, and its folders are no changes', () => {
  const now = [entry('etc', { kind: 'directory' }), entry('etc/issue'), entry('etc/new')];
  expect(compareChanges([], now, new Set(['etc', 'etc/issue']))).toEqual([
    { path: '/etc/issue', change: 'changed' },
    { path: '/etc/new', change: 'added' },
  ]);
});

test('a link is changed when it leads elsewhere', () => {
  const link = (target: string) => entry('l', { kind: 'symlink', target: Buffer.from(target) });
  expect(compareChanges([link('a')], [link('a')])).toEqual([]);
  expect(compareChanges([link('a')], [link('b')])).toEqual([{ path: '/l', change: 'changed' }]);
});

test('two directions tell the same names, whatever they are', () => {
  const tree = fc.uniqueArray(
    fc.uint8Array({ minLength: 1, maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  fc.assert(
    fc.property(tree, tree, (left, right) => {
      const entries = (names: readonly string[]) =>
        names.map((name) => entry('', { path: Buffer.from(name, 'latin1') }));
      const there = compareChanges(entries(left), entries(right));
      const back = compareChanges(entries(right), entries(left));
      expect(there.map(({ path }) => path).sort()).toEqual(back.map(({ path }) => path).sort());
      expect(there.filter(({ change }) => change === 'added')).toHaveLength(
        back.filter(({ change }) => change === 'removed').length,
      );
    }),
  );
});
