import { VzfsCollection, VzfsUse, VzfsVerification } from '../schemas/vzfs.ts';
import { defineOperation } from './definition.ts';
import { changeQuery } from './parts.ts';

const changeErrors = [
  'invalid_input',
  'busy',
  'cancelled',
  'interrupted',
  'forbidden',
  'shutting_down',
  'internal',
] as const;

export const vzfsStats = defineOperation({
  id: 'vzfs.stats',
  title: 'Measure the object store',
  description: 'What the layers of templates would take one by one, and what they take together.',
  kind: 'read',
  method: 'GET',
  path: '/v1/vzfs',
  result: VzfsUse,
  errors: ['forbidden', 'internal'],
  permission: 'node.read',
  cli: {
    verb: ['stats', 'vzfs'],
    positionals: [],
    examples: [{ command: 'insula stats vzfs', text: 'what sharing saves' }],
  },
});

export const vzfsVerify = defineOperation({
  id: 'vzfs.verify',
  title: 'Verify the object store',
  description: 'Reads every object that a layer needs and compares it with its digest.',
  kind: 'change',
  method: 'POST',
  path: '/v1/vzfs/verify',
  query: changeQuery,
  result: VzfsVerification,
  errors: [...changeErrors],
  permission: 'node.maintain',
  planned: true,
  cli: {
    verb: ['vzfs', 'verify'],
    positionals: [],
    examples: [{ command: 'insula vzfs verify', text: 'finds what a disk has silently changed' }],
  },
});

export const vzfsCollect = defineOperation({
  id: 'vzfs.gc',
  title: 'Remove unneeded objects',
  description: 'Removes objects that no layer has needed for a day.',
  kind: 'change',
  method: 'POST',
  path: '/v1/vzfs/gc',
  query: changeQuery,
  result: VzfsCollection,
  errors: [...changeErrors],
  permission: 'node.maintain',
  planned: true,
  cli: {
    verb: ['vzfs', 'gc'],
    positionals: [],
    examples: [{ command: 'insula vzfs gc', text: 'after templates were removed' }],
  },
});
