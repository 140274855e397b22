import { expect, test } from 'vitest';
import { migrationDifferences } from './exhibits.ts';

test('each node of the reference differs in the one thing that it is there for', () => {
  const names = migrationDifferences().map(({ what }) => what);
  expect(names.length).toBeGreaterThan(5);
  expect(new Set(names).size).toBe(names.length);
});
