import fc from 'fast-check';
import { expect, test } from 'vitest';
import { journalCommand } from './journal-inside.ts';
import { parseJournalEntry } from './parse-journal.ts';

const entry = {
  __CURSOR: 's=1;i=2',
  __REALTIME_TIMESTAMP: '1795881600123456',
  PRIORITY: '6',
  SYSLOG_IDENTIFIER: 'nginx',
  _SYSTEMD_UNIT: 'nginx.service',
  MESSAGE: 'started',
};

test('an entry has time, source, service, priority and text', () => {
  expect(parseJournalEntry(JSON.stringify(entry))).toEqual({
    at: '2026-11-28T16:00:00.123Z',
    source: 'nginx',
    service: 'nginx',
    priority: 6,
    text: 'started',
    cursor: 's=1;i=2',
  });
});

test('text that is none comes as its bytes, several fields as the first, what is left out as nothing', () => {
  const bytes = [...Buffer.from('a\u001b[31m')];
  expect(parseJournalEntry(JSON.stringify({ ...entry, MESSAGE: bytes }))?.text).toBe('a\u001b[31m');
  expect(parseJournalEntry(JSON.stringify({ ...entry, MESSAGE: ['one', 'two'] }))?.text).toBe('one');
  const bare = {
    ...entry,
    MESSAGE: null,
    PRIORITY: null,
    SYSLOG_IDENTIFIER: null,
    _COMM: 'sh',
    _SYSTEMD_UNIT: 'init.scope',
  };
  expect(parseJournalEntry(JSON.stringify(bare))).toMatchObject({
    text: '',
    priority: null,
    source: 'sh',
    service: null,
  });
});

test('whatever a VE answers is an entry or none', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc
          .record(Object.fromEntries(Object.keys(entry).map((key) => [key, fc.jsonValue()])))
          .map((value) => JSON.stringify(value)),
      ),
      (line) => {
        const parsed = parseJournalEntry(line);
        if (parsed !== null) expect(Number.isNaN(Date.parse(parsed.at))).toBe(false);
      },
    ),
  );
});

test('what is wanted are whole arguments', () => {
  expect(journalCommand({ service: 'nginx', after: 's=1' })).toEqual(
    expect.arrayContaining(['--lines=100', '--unit=nginx.service', '--after-cursor=s=1']),
  );
  expect(journalCommand({ lines: 5, before: 's=1' })).toEqual(
    expect.arrayContaining(['--lines=6', '--cursor=s=1', '--reverse']),
  );
});
