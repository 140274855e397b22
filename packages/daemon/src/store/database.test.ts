import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from './database.ts';

let dir = '';
let path = '';
const damaged: string[] = [];
const open = () => openDatabase(path, { onDamaged: (aside) => damaged.push(aside) });

beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/insula-database-`);
  path = `${dir}/insula.db`;
  damaged.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true }));

const row = "('a', 'running', 't', 0, '{}')";

test('what was written is there when it is opened again', () => {
  const first = open();
  first.exec(`INSERT INTO operations VALUES ${row}`);
  first.close();
  const second = open();
  expect(second.prepare('SELECT id FROM operations').all()).toEqual([{ id: 'a' }]);
  second.close();
  expect(damaged).toEqual([]);
});

test('a file that is no database is put aside, and a new one is made', () => {
  writeFileSync(path, 'no database at all. '.repeat(100));
  const database = open();
  expect(database.prepare('SELECT count(*) AS rows FROM operations').get()).toEqual({ rows: 0 });
  database.close();
  expect(damaged).toEqual([`${path}.damaged`]);
  expect(readdirSync(dir)).toContain('insula.db.damaged');
});

test('the one who has it open is its only user', () => {
  const database = open();
  expect(() => open()).toThrow(`another insulad runs at ${path}`);
  expect(damaged).toEqual([]);
  database.close();
});
