import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { DatabaseSync } from 'node:sqlite';
import { type Journal, MemoryJournal, type OperationRecord } from '@insula/operations';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { SqliteJournal } from './sqlite-journal.ts';

let dir: string;
let database: DatabaseSync;
const open = () => openDatabase(`${dir}/insula.db`, { onDamaged: () => undefined });
beforeEach(() => {
  dir = mkdtempSync(`${tmpdir()}/insula-journal-`);
  database = open();
});
afterEach(() => {
  database.close();
  rmSync(dir, { recursive: true });
});

const recordOf = (number: number, change: Partial<OperationRecord> = {}): OperationRecord => ({
  id: `0192f3${String(number).padStart(30, '0')}`,
  kind: 've.start',
  target: { kind: 've', id: 'u1', name: 'web1' },
  input: { text: "it's \u0000 “odd” \u{1F3DD}" },
  locks: ['ve:u1'],
  createdAt: '2026-11-21T20:00:00.000Z',
  state: 'running',
  startedAt: null,
  endedAt: null,
  progress: 0,
  message: '',
  steps: [],
  onCrash: 'resume',
  cancellableBefore: null,
  log: [],
  recovery: null,
  result: null,
  error: null,
  ...change,
});
const idsOf = (records: readonly OperationRecord[]) => records.map(({ id }) => Number(id.slice(6)));

describe.each([
  ['in memory', (): Journal => new MemoryJournal()],
  ['in SQLite', (): Journal => new SqliteJournal(database)],
] as const)('a journal %s', (_where, make) => {
  test('gives back what was saved last', () => {
    const journal = make();
    const record = recordOf(1);
    journal.save(record, { durable: true });
    expect(journal.find(record.id)).toEqual(record);
    record.progress = 0.5;
    record.log.push('a line');
    expect(journal.find(record.id)?.progress).toBe(0);
    journal.save(record);
    expect(journal.find(record.id)).toEqual(record);
    expect(journal.find('nobody')).toBeUndefined();
  });

  test('lists the newest first, as many as wanted', () => {
    const journal = make();
    for (let number = 1; number <= 5; number += 1) journal.save(recordOf(number));
    journal.save(recordOf(2, { progress: 1 }));
    expect(idsOf(journal.list({ limit: 3 }))).toEqual([5, 4, 3]);
    expect(idsOf(journal.list({ limit: 100 }))).toEqual([5, 4, 3, 2, 1]);
    expect(idsOf(journal.list({ limit: 2, before: recordOf(4).id }))).toEqual([3, 2]);
  });

  test('lists by state and by target', () => {
    const journal = make();
    journal.save(recordOf(1, { state: 'succeeded' }));
    journal.save(recordOf(2, { state: 'failed' }));
    journal.save(recordOf(3, { state: 'failed', target: { kind: 've', id: 'u2', name: 'web2' } }));
    expect(idsOf(journal.list({ limit: 9, state: 'failed' }))).toEqual([3, 2]);
    expect(idsOf(journal.list({ limit: 9, targetId: 'u1' }))).toEqual([2, 1]);
    expect(idsOf(journal.list({ limit: 9, state: 'failed', targetId: 'u1' }))).toEqual([2]);
  });

  test('tells what is unfinished, the oldest first', () => {
    const journal = make();
    const states = ['queued', 'succeeded', 'running', 'failed', 'undoing', 'cancelled'] as const;
    for (const [index, state] of states.entries()) journal.save(recordOf(index + 1, { state }));
    expect(idsOf(journal.unfinished())).toEqual([1, 3, 5]);
    journal.save(recordOf(3, { state: 'succeeded' }));
    expect(idsOf(journal.unfinished())).toEqual([1, 5]);
  });
});

describe('the journal in SQLite', () => {
  test('is there for the next daemon', () => {
    new SqliteJournal(database).save(recordOf(1));
    database.close();
    database = open();
    expect(idsOf(new SqliteJournal(database).unfinished())).toEqual([1]);
  });

  test('finds ids by how they begin, two at most', () => {
    const journal = new SqliteJournal(database);
    for (const number of [1, 2, 30]) journal.save(recordOf(number));
    const { id } = recordOf(30);
    expect(journal.findByPrefix(id.slice(0, -1))).toEqual([id]);
    expect(journal.findByPrefix('0192f3')).toHaveLength(2);
    for (const odd of ['', '%', "'; DROP TABLE operations; --", '~'])
      expect(journal.findByPrefix(odd).length).toBeLessThanOrEqual(2);
    expect(journal.findByPrefix('0192f4')).toEqual([]);
  });

  test('syncs what is to be durable, and only that', () => {
    const journal = new SqliteJournal(database);
    const synchronous = () => database.prepare('PRAGMA synchronous').get();
    const seen: unknown[] = [];
    database.function('look', () => {
      seen.push(synchronous());
      return 1;
    });
    database.exec('CREATE TRIGGER look AFTER INSERT ON operations BEGIN SELECT look(); END');
    journal.save(recordOf(1));
    journal.save(recordOf(2), { durable: true });
    journal.save(recordOf(3));
    expect(seen).toEqual([{ synchronous: 1 }, { synchronous: 2 }, { synchronous: 1 }]);
  });

  test('syncs no more than before when a durable write fails', () => {
    const journal = new SqliteJournal(database);
    database.exec("CREATE TRIGGER full BEFORE INSERT ON operations BEGIN SELECT RAISE(FAIL, 'full'); END");
    expect(() => journal.save(recordOf(1), { durable: true })).toThrow('full');
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 1 });
  });

  test('keeps the last 20,000 that have ended, and everything that has not', () => {
    const journal = new SqliteJournal(database);
    const insert = database.prepare("INSERT INTO operations VALUES (?, ?, 'u1', ?, ?)");
    database.exec('BEGIN');
    for (let number = 1; number <= 21_000; number += 1) {
      const record = recordOf(number, { state: number === 1 ? 'running' : 'succeeded' });
      insert.run(record.id, record.state, number === 1 ? 0 : 1, JSON.stringify(record));
    }
    database.exec('COMMIT');
    for (let save = 0; save < 1000; save += 1) journal.save(recordOf(21_000, { state: 'succeeded' }));
    expect(database.prepare('SELECT count(*) AS rows FROM operations').get()).toEqual({ rows: 20_001 });
    expect(idsOf(journal.unfinished())).toEqual([1]);
    expect(journal.find(recordOf(1000).id)).toBeUndefined();
    expect(journal.find(recordOf(1001).id)).toBeDefined();
  });
});
