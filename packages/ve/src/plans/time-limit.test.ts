import type { Plan } from '@insula/operations';
import { expect, test } from 'vitest';
import { withTimeLimit } from './time-limit.ts';

const plan: Plan = { steps: [], onCrash: 'rollback' };
const limit = (parameters: object, asked?: number) =>
  withTimeLimit(plan, { parameters }, 'backuptime', asked).timeLimit;

test('an operation is allowed the shorter of what its VE allows and what was asked for', () => {
  expect(limit({})).toBeUndefined();
  expect(limit({ migrationtime: 60 })).toBeUndefined();
  expect(limit({ backuptime: 60 })).toBe(60);
  expect(limit({ backuptime: 60 }, 30)).toBe(30);
  expect(limit({ backuptime: 60 }, 90)).toBe(60);
  expect(limit({}, 90)).toBe(90);
});
