import { operationRows, VeDetail, VeStatus, VeSummary, veTransitions } from '@insula/contract';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { fakeSpec } from './fake-spec.ts';
import { neverStarted } from './runtime.ts';
import { detailOf, statusOf, summaryOf } from './views.ts';

const entry = {
  spec: fakeSpec(),
  runtime: {
    ...neverStarted,
    init: { pid: 7, startTime: 1 },
    startedAt: '2026-11-21T20:00:00.000Z',
    lastExit: { kind: 'crash', code: 1, at: '2026-11-21T19:00:00.000Z' } as const,
    crashes: 1,
  },
};
const holder = { id: '0192', kind: 've.stop' };

test('views are what the contract says they are', () => {
  for (const held of [undefined, holder]) {
    expect(Value.Check(VeSummary, summaryOf(entry, held))).toBe(true);
    expect(Value.Check(VeStatus, statusOf(entry, held))).toBe(true);
    expect(Value.Check(VeDetail, detailOf(entry, held, '/pool/private/u'))).toBe(true);
  }
});

test('what is under way is told with its operation', () => {
  expect(statusOf(entry, holder)).toMatchObject({
    state: 'running',
    transition: 'stopping',
    operation: '0192',
  });
  expect(statusOf(entry, undefined)).toMatchObject({ transition: null, operation: null });
});

test('every change of a VE has a name for its being under way', () => {
  const kinds = operationRows.filter(({ kind, id }) => kind === 'change' && id.startsWith('ve.'));
  for (const { id } of [...kinds, { id: 've.settle' }, { id: 've.reboot' }, { id: 've.migrate' }])
    expect(veTransitions).toContain(summaryOf(entry, { id: '0192', kind: id }).transition);
});
