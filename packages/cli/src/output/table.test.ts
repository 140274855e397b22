import type { Column } from '@insula/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseColumns, renderTable } from './table.ts';
import { widthOf } from './width.ts';

const column = (key: string, rest: Partial<Column> = {}): Column => ({
  key,
  title: key.toUpperCase(),
  path: key,
  shown: true,
  ...rest,
});
const columns = [column('ctid', { align: 'right' }), column('name'), column('note', { shown: false })];

describe('a table', () => {
  test('columns stand below their titles, numbers to the right', () => {
    const rows = [
      { ctid: 101, name: 'web1' },
      { ctid: 2000, name: 'database' },
    ];
    expect(renderTable({ columns: columns.slice(0, 2), rows, header: true })).toBe(
      'CTID  NAME\n 101  web1\n2000  database\n',
    );
  });

  test('without rows there is the header, and without a header nothing', () => {
    expect(renderTable({ columns: columns.slice(0, 2), rows: [], header: true })).toBe('CTID  NAME\n');
    expect(renderTable({ columns, rows: [], header: false })).toBe('');
  });

  test('nothing is shown as a dash, so that columns can be counted', () => {
    const rows = [{ ctid: null, name: '', note: [] }];
    expect(renderTable({ columns, rows, header: false })).toBe('-  -  -\n');
  });

  test('wide and combining characters take the columns that a terminal gives them', () => {
    const rows = [{ name: '日本' }, { name: 'e\u0301te\u0301' }, { name: 'plain' }];
    const lines = renderTable({ columns: [column('name'), column('x')], rows, header: false }).split('\n');
    expect(lines.slice(0, 3).map((line) => widthOf(line.slice(0, line.lastIndexOf('-'))))).toEqual([7, 7, 7]);
  });

  test('on a narrow terminal the widest columns are cut and say so', () => {
    const rows = [{ ctid: 101, name: 'a'.repeat(60), note: 'b'.repeat(30) }];
    const text = renderTable({ columns, rows, header: true, width: 40 });
    for (const line of text.trimEnd().split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(40);
    expect(text).toContain('…');
    expect(text).toContain('101');
  });

  test('text from a VE cannot move the cursor or break a line', () => {
    const rows = [{ name: 'a\u001b[2Jb\nc\u009b31md\u202ee' }];
    const text = renderTable({ columns: [column('name')], rows, header: false });
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  test('any rows on any width make one line each, none wider than asked if the columns can shrink that far', () => {
    const row = fc.record({ ctid: fc.nat(), name: fc.string({ unit: 'grapheme' }), note: fc.string() });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 1, max: 120 }), (rows, width) => {
        const lines = renderTable({ columns, rows, header: true, width }).split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, 5 * 3 + 2 * 2));
      }),
    );
  });
});

describe('columns', () => {
  test('are those shown by default, or those asked for in that order', () => {
    expect(chooseColumns(columns, []).map(({ key }) => key)).toEqual(['ctid', 'name']);
    expect(chooseColumns(columns, ['note', 'ctid']).map(({ key }) => key)).toEqual(['note', 'ctid']);
  });

  test('an unknown one names the nearest', () => {
    expect(() => chooseColumns(columns, ['nmae'])).toThrow('unknown column "nmae"');
  });
});
