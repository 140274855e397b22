import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PolicyRow, policyFor } from './policy.ts';

const silent = { ownerLogin: null, withheld: null, snapshots: null };
const everything = (policy: Partial<PolicyRow>): PolicyRow => ({
  ...silent,
  ...policy,
  scope: { kind: 'everything' },
});
const group = (name: string, policy: Partial<PolicyRow>): PolicyRow => ({
  ...silent,
  ...policy,
  scope: { kind: 'group', name },
});
const ve = (uuid: string, policy: Partial<PolicyRow>): PolicyRow => ({
  ...silent,
  ...policy,
  scope: { kind: 've', uuid },
});
const web1 = { kind: 've', uuid: 'u1', groups: ['web', 'small'], node: 'node1' } as const;

describe('the policy of a VE', () => {
  test('lets nobody log in, and withholds nothing, unless that is said', () => {
    expect(policyFor([], web1)).toEqual({ ownerLogin: false, withheld: new Set(), snapshots: null });
  });

  test('is what the closest level says, each thing for itself', () => {
    const rows = [
      everything({ ownerLogin: true, withheld: ['ve.console'], snapshots: 2 }),
      group('web', { snapshots: 5 }),
      ve('u1', { withheld: [] }),
    ];
    expect(policyFor(rows, web1)).toEqual({ ownerLogin: true, withheld: new Set(), snapshots: 5 });
  });

  test('is the strictest of several groups', () => {
    const rows = [
      group('web', { ownerLogin: true, withheld: ['ve.exec'], snapshots: 5 }),
      group('small', { ownerLogin: false, withheld: ['ve.files'], snapshots: 1 }),
    ];
    expect(policyFor(rows, web1)).toEqual({
      ownerLogin: false,
      withheld: new Set(['ve.exec', 've.files']),
      snapshots: 1,
    });
  });

  test('has nothing of other VEs and groups', () => {
    const scopes = fc.oneof(fc.constant(group('other', {}).scope), fc.constant(ve('u2', {}).scope));
    const policies = fc.record({
      scope: scopes,
      ownerLogin: fc.boolean(),
      withheld: fc.array(fc.constantFrom('ve.exec', 've.power')),
      snapshots: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(policies), (rows) => {
        expect(policyFor(rows, web1)).toEqual(policyFor([], web1));
      }),
    );
  });
});
