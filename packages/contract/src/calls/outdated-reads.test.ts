import { expect, test } from 'vitest';
import { operationRows } from '../operations/table.ts';
import { outdatedReads } from './outdated-reads.ts';

test('an edit outdates the reads of its noun and of what shows it', () => {
  expect(outdatedReads('firewall.add')).toEqual(['firewall.list', 'firewall.show']);
  expect(outdatedReads('alert.mute')).toContain('alert.mute.list');
  expect(outdatedReads('login.finish')).toEqual(['login.ways', 'session.list']);
  expect(outdatedReads('role.set')).toEqual(expect.arrayContaining(['role.list', 'grant.list', 'whoami']));
  expect(outdatedReads('ve.signal')).toEqual(['ve.processes', 've.services']);
  expect(outdatedReads('nothing.known')).toEqual([]);
});

test('every edit shows somewhere, but for a password that nobody reads', () => {
  const unseen = operationRows.flatMap(({ id, kind }) =>
    kind === 'edit' && outdatedReads(id).length === 0 ? [id] : [],
  );
  expect(unseen.sort()).toEqual(['ve.password']);
});
