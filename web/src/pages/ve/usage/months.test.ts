import { expect, test } from 'vitest';
import { monthName, monthsSince } from './months.ts';

const now = new Date('2026-02-28T23:30:00Z');

test('months go back from now to the creation, over the turn of a year', () => {
  expect(monthsSince('2025-12-31T23:59:00Z', now)).toEqual(['2026-02', '2026-01', '2025-12']);
});

test('there is always this month, and never more than is kept', () => {
  expect(monthsSince('2027-01-01T00:00:00Z', now)).toEqual(['2026-02']);
  expect(monthsSince('2001-01-01T00:00:00Z', now)).toHaveLength(36);
});

test('a month has a name', () => {
  expect(monthName('2026-11')).toBe('November 2026');
});
