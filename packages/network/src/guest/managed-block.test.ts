import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeManagedBlock } from './managed-block.ts';

const begin = '# --- insula ---';
const end = '# --- end of insula ---';
const line = fc.oneof(
  fc.string({ maxLength: 12 }).filter((text) => !text.includes('\n')),
  fc.constantFrom(begin, end, `  ${begin}`),
);
const ownLine = line.filter((text) => !text.includes('# ---'));
const text = (of: typeof line) =>
  fc.array(of, { maxLength: 8 }).map((lines) => lines.map((one) => `${one}\n`).join(''));
const existing = fc.option(text(line), { nil: null });
const blocks = fc.array(ownLine, { minLength: 1, maxLength: 4 }).map((lines) => `x${lines.join('\n')}`);

test('a new file is the block between its markers', () => {
  expect(mergeManagedBlock(null, '10.0.0.2 web1\n')).toBe(`${begin}\n10.0.0.2 web1\n${end}\n`);
});

test('the block comes behind the lines that are there, even if the last has no end', () => {
  expect(mergeManagedBlock('127.0.0.1 localhost', 'a\nb')).toBe(
    `127.0.0.1 localhost\n${begin}\na\nb\n${end}\n`,
  );
});

test('the block is renewed where it stands', () => {
  expect(mergeManagedBlock(`one\n${begin}\nold\n${end}\ntwo\n`, 'new')).toBe(
    `one\n${begin}\nnew\n${end}\ntwo\n`,
  );
});

test('a marker without its partner costs no line', () => {
  expect(mergeManagedBlock(`one\n${begin}\ntwo\n`, 'new')).toBe(`one\ntwo\n${begin}\nnew\n${end}\n`);
  expect(mergeManagedBlock(`one\n${end}\ntwo\n`, 'new')).toBe(`one\ntwo\n${begin}\nnew\n${end}\n`);
  expect(mergeManagedBlock(`${begin}\none\n${begin}\nold\n${end}\n`, 'new')).toBe(
    `one\n${begin}\nnew\n${end}\n`,
  );
});

test('merging twice is merging once', () => {
  fc.assert(
    fc.property(existing, blocks, (file, block) => {
      const once = mergeManagedBlock(file, block);
      expect(mergeManagedBlock(once, block)).toBe(once);
    }),
  );
});

test('a later block replaces an earlier one without a trace', () => {
  fc.assert(
    fc.property(existing, blocks, blocks, (file, earlier, later) => {
      expect(mergeManagedBlock(mergeManagedBlock(file, earlier), later)).toBe(mergeManagedBlock(file, later));
    }),
  );
});

test('people’s own lines come through untouched, and an empty block gives their file back', () => {
  fc.assert(
    fc.property(text(ownLine), blocks, (file, block) => {
      const merged = mergeManagedBlock(file, block);
      expect(merged.startsWith(file)).toBe(true);
      expect(mergeManagedBlock(merged, '')).toBe(file);
    }),
  );
});

test('lines written around the block stay around it', () => {
  fc.assert(
    fc.property(text(ownLine), text(ownLine), blocks, blocks, (before, after, earlier, later) => {
      const merged = mergeManagedBlock(mergeManagedBlock(before, earlier) + after, later);
      expect(merged).toBe(mergeManagedBlock(before, later) + after);
    }),
  );
});
