import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { outdated, writeGenerated } from './generated-files.ts';

let root: string;
const at = (path: string) => join(root, path);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'generated-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

test('files that are missing, changed or no longer made are outdated, others are not', () => {
  mkdirSync(at('docs/sub'), { recursive: true });
  writeFileSync(at('docs/same'), 'same');
  writeFileSync(at('docs/changed'), 'old');
  writeFileSync(at('docs/sub/stale'), 'x');
  writeFileSync(at('by-hand'), 'x');
  const generated = {
    files: new Map([
      [at('docs/same'), 'same'],
      [at('docs/changed'), 'new'],
      [at('docs/missing/one'), 'new'],
    ]),
    directories: [at('docs'), at('not-there')],
  };
  const expected = [at('docs/changed'), at('docs/missing/one'), at('docs/sub/stale')];
  expect(outdated(generated)).toEqual(expected);
  expect(writeGenerated(generated)).toEqual(expected);
  expect(outdated(generated)).toEqual([]);
  expect(readFileSync(at('docs/missing/one'), 'utf8')).toBe('new');
  expect(readFileSync(at('by-hand'), 'utf8')).toBe('x');
});
