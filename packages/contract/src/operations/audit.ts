import { Type } from 'typebox';
import { AuditRecord, AuditState } from '../schemas/access.ts';
import { column, defineOperation } from './definition.ts';

export const auditList = defineOperation({
  id: 'audit.list',
  title: 'Show the audit log',
  description:
    'Who did what, newest first: every change, every command and file in a VE, and what was refused.',
  kind: 'read',
  method: 'GET',
  path: '/v1/audit',
  query: Type.Object(
    {
      user: Type.Optional(Type.String({ maxLength: 64, description: 'Only what this user did' })),
      call: Type.Optional(Type.String({ maxLength: 64, description: 'Only this call, as ve.destroy' })),
      target: Type.Optional(Type.String({ maxLength: 128, description: 'Only what was done to this' })),
      before: Type.Optional(Type.Integer({ minimum: 1, description: 'Only entries before this number' })),
      limit: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'How many' }),
      ),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(AuditRecord),
  errors: ['invalid_input', 'forbidden', 'internal'],
  permission: 'audit.read',
  cli: {
    verb: ['audit', 'list'],
    positionals: [],
    columns: [
      column('seq', { title: '#', align: 'right' }),
      column('at'),
      column('who'),
      column('from'),
      column('call'),
      column('target'),
      column('result'),
      column('via', { shown: false }),
      column('fields', { shown: false }),
      column('operation', { shown: false }),
      column('hash', { shown: false }),
    ],
    examples: [{ command: 'insula audit list --user alice', text: 'what alice did, newest first' }],
  },
});

export const auditVerify = defineOperation({
  id: 'audit.verify',
  title: 'Verify the audit log',
  description:
    'Follows the chain of hashes from the oldest entry to the newest. The head, kept elsewhere, proves later that nothing before it was rewritten.',
  kind: 'read',
  method: 'GET',
  path: '/v1/audit/verify',
  result: AuditState,
  errors: ['forbidden', 'internal'],
  permission: 'audit.read',
  cli: {
    verb: ['audit', 'verify'],
    positionals: [],
    examples: [{ command: 'insula audit verify', text: 'whether it is whole, and its head' }],
  },
});

export const auditExport = defineOperation({
  id: 'audit.export',
  title: 'Export the audit log',
  description:
    'Every entry that is kept, oldest first, a line of JSON each, with the text that its hash is over.',
  kind: 'download',
  method: 'GET',
  path: '/v1/audit/export',
  result: Type.Null(),
  contentType: 'application/x-ndjson',
  errors: ['forbidden', 'internal'],
  permission: 'audit.read',
  cli: {
    verb: ['audit', 'export'],
    positionals: [],
    own: true,
    examples: [{ command: 'insula audit export > audit.jsonl', text: 'all of it, to keep elsewhere' }],
  },
});
