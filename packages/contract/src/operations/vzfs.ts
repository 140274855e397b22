import { Type } from 'typebox';
import { VeOptimization, VzfsCollection, VzfsOptimize, VzfsUse, VzfsVerification } from '../schemas/vzfs.ts';
import { column, defineOperation } from './definition.ts';
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
  description:
    'What templates, and the changed files that VEs share, would take one by one, and what they take together.',
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
  description:
    'Reads every object that a layer needs, compares it with its digest, and puts right what is damaged or missing where a changed file of a VE, or a snapshot of one, still has the content.',
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

export const vzfsOptimize = defineOperation({
  id: 'vzfs.optimize',
  title: 'Share the files that VEs have changed to the same',
  description:
    'Finds changed files of stopped VEs that are stored already, or that several of them have, keeps their content once in the object store and leaves the files as they are to whoever looks. What was equal once and is changed again becomes private again. A running VE is refused: what its root is mounted over cannot change meanwhile.',
  kind: 'change',
  method: 'POST',
  path: '/v1/vzfs/optimize',
  query: changeQuery,
  body: VzfsOptimize,
  result: Type.Array(VeOptimization),
  errors: [
    ...changeErrors,
    'unknown_field',
    've_not_found',
    'wrong_state',
    'no_space',
    'layer_missing',
    'tool_failed',
  ],
  permission: 'node.maintain',
  planned: true,
  cli: {
    verb: ['optimize'],
    positionals: [{ field: 'ves', several: true, optional: true }],
    columns: [
      column('ve'),
      column('readFiles', { title: 'READ', align: 'right' }),
      column('movedFiles', { title: 'MOVED', align: 'right' }),
      column('movedBytes', { title: 'BYTES', align: 'right' }),
      column('storedBytes', { title: 'NEW IN STORE', align: 'right' }),
      column('problem'),
      column('uuid', { shown: false }),
    ],
    examples: [
      { command: 'insula optimize web1 web2', text: 'after both were upgraded' },
      { command: 'insula optimize --all', text: 'all that are stopped' },
    ],
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
