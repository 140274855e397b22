import { describe, expect, test } from 'vitest';
import { isTabWithheld } from './withheld-tabs.ts';

describe('a part of the page of a VE', () => {
  test('is left out when a policy withholds all that it is for', () => {
    expect(isTabWithheld('console', ['ve.console'])).toBe(false);
    expect(isTabWithheld('console', ['ve.console', 've.exec'])).toBe(true);
    expect(isTabWithheld('snapshots', ['ve.snapshot'])).toBe(true);
    expect(isTabWithheld('snapshots', ['snapshot.create'])).toBe(false);
    expect(isTabWithheld('accounts', ['account.list'])).toBe(false);
    expect(isTabWithheld('accounts', ['account.list', 'quota.list'])).toBe(true);
  });

  test('stays when there is something to look at', () => {
    expect(isTabWithheld('summary', ['ve.power'])).toBe(false);
  });
});
