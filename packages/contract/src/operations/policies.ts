import { Type } from 'typebox';
import { Policy, PolicyChange, PolicyScope, VePermissions } from '../schemas/policy.ts';
import { column, defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

const policyParams = Type.Object({ policy: PolicyScope }, { additionalProperties: false });
const errors = ['invalid_input', 'unknown_field', 've_not_found', 'forbidden', 'internal'] as const;

export const policyList = defineOperation({
  id: 'policy.list',
  title: 'List policies',
  description: 'What owners of VEs may: of all, of those in a group, of one. The closest level counts.',
  kind: 'read',
  method: 'GET',
  path: '/v1/policies',
  result: Type.Array(Policy),
  errors: ['forbidden', 'internal'],
  permission: 'access.read',
  cli: {
    verb: ['policy', 'list'],
    positionals: [],
    columns: [
      column('scope'),
      column('ownerLogin', { title: 'OWNER LOGIN' }),
      column('withheld'),
      column('snapshots', { align: 'right' }),
    ],
    examples: [{ command: 'insula policy list', text: 'what is withheld from whom' }],
  },
});

export const policySet = defineOperation({
  id: 'policy.set',
  title: 'Change a policy',
  description:
    'Says what those may do who hold VEs by the role ve-owner alone. Counts at once; who holds more than that role is not touched.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/policies/{policy}',
  params: policyParams,
  body: PolicyChange,
  result: Policy,
  errors: [...errors],
  permission: 'access.manage',
  cli: {
    verb: ['policy', 'set'],
    positionals: [{ field: 'policy' }],
    examples: [
      { command: 'insula policy set everything --snapshots 2', text: 'two snapshots of each VE' },
      { command: 'insula policy set group:web --withheld ve.console', text: 'no console for owners' },
      { command: 'insula policy set ve:web1 --owner-login yes', text: 'its root may log in' },
    ],
  },
});

export const policyDelete = defineOperation({
  id: 'policy.delete',
  title: 'Delete a policy',
  description: 'What a level said counts no more; the levels above it do.',
  kind: 'edit',
  method: 'DELETE',
  path: '/v1/policies/{policy}',
  params: policyParams,
  result: Type.Null(),
  errors: [...errors, 'entry_not_found'],
  permission: 'access.manage',
  cli: {
    verb: ['policy', 'delete'],
    positionals: [{ field: 'policy' }],
    examples: [{ command: 'insula policy delete ve:web1', text: 'as all others again' }],
  },
});

export const vePermissions = defineOperation({
  id: 've.permissions',
  title: 'Show what one may do with a VE',
  description: 'The privileges that the caller holds on a VE, and what a policy takes away from them.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/permissions',
  params: veParams,
  result: VePermissions,
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['permissions'],
    positionals: [{ field: 've' }],
    examples: [{ command: 'insula permissions web1', text: 'what one may do with it' }],
  },
});
