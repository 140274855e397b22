import type { TarEntry } from '@insula/templates';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archivedTree } from './archive-layout.ts';
import { templateRules, treeRules } from './archive-rules.ts';

const entry = (path: string, change: Partial<TarEntry> = {}): TarEntry => ({
  kind: 'file',
  path,
  target: '',
  uid: 0,
  gid: 0,
  storedBytes: 0,
  bytes: 0,
  ...change,
});
const limits = { maxBytes: 1_000_000 };

test('of an archive the files of one tree are passed on, and what it hides', () => {
  const passed = (snapshot: string | null) => {
    const judge = treeRules(archivedTree(snapshot), limits);
    return [
      entry('ve.json'),
      entry('templates/debian-12@1.tar.zst'),
      entry('changes.json'),
      entry('files', { kind: 'directory' }),
      entry('files/a'),
      entry('snapshots/s/changes.json'),
      entry('snapshots/s/files/a'),
      entry('snapshots/s2/files/a'),
    ]
      .filter(judge)
      .map(({ path }) => path);
  };
  expect(passed(null)).toEqual(['changes.json', 'files', 'files/a']);
  expect(passed('s')).toEqual(['snapshots/s/changes.json', 'snapshots/s/files/a']);
});

test.each([
  ['/files/a', {}],
  ['files/../../a', {}],
  ['elsewhere', {}],
  ['filesystem', {}],
  ['./files/a', {}],
  ['snapshots', {}],
  ['changes.json', { kind: 'symlink', target: '/etc/passwd' }],
  ['changes.json', { bytes: 2 ** 40 }],
  ['files/a', { uid: 65_536 }],
  ['files/a', { gid: 70_000 }],
  ['files/a', { bytes: 2_000_000 }],
  ['files/a', { kind: 'hardlink', target: 've.json' }],
  ['files/a', { kind: 'hardlink', target: '/etc/shadow' }],
] as const)('an archive with %s is refused: %j', (path, change) => {
  const judge = treeRules(archivedTree(null), limits);
  expect(() => judge(entry(path, change))).toThrow();
});

test('what is passed on lies below the tree, whatever names come', () => {
  const part = fc.constantFrom('files', 'a', '..', '.', '', 'snapshots', 'changes.json', 'x\ny', '-rf');
  const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(path, (name) => {
      let isPassed = false;
      try {
        isPassed = treeRules(archivedTree(null), limits)(entry(name));
      } catch {
        // refused
      }
      if (isPassed) expect(name).toMatch(/^(?:changes\.json$|files\/(?!.*\.\.(?:\/|$)))/);
    }),
  );
});

test('templates are passed on that are wanted, each once', () => {
  const judge = templateRules(new Set(['templates/a@1.tar.zst']), limits);
  expect(judge(entry('templates/b@1.tar.zst'))).toBe(false);
  expect(judge(entry('templates/a@1.tar.zst'))).toBe(true);
  expect(() => judge(entry('templates/a@1.tar.zst'))).toThrow('twice');
  expect(() => judge(entry('templates/a@1.tar.zst', { bytes: 2_000_000 }))).toThrow();
  expect(() => judge(entry('templates/../a'))).toThrow();
});
