import { Type } from 'typebox';
import { ServiceName } from '../schemas/guest-process.ts';
import { JournalCursor, JournalEntry } from '../schemas/journal.ts';
import { column, defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

export const veJournal = defineOperation({
  id: 've.journal',
  title: 'Show the journal of a VE',
  description:
    'What the services of a running VE wrote into its journal, the oldest first: the last entries, those before an entry, or the last after one, which is how it is followed. For VEs with systemd; what a VE prints on its console is `insula log`.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/journal',
  params: veParams,
  query: Type.Object(
    {
      service: Type.Optional(ServiceName),
      lines: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1000,
          default: 100,
          'x-short': 'n',
          description: 'Entries at most',
        }),
      ),
      after: Type.Optional(JournalCursor('Only what came after the entry with this cursor')),
      before: Type.Optional(JournalCursor('Only what came before the entry with this cursor')),
    },
    { additionalProperties: false },
  ),
  result: Type.Array(JournalEntry),
  errors: [
    ...veErrors,
    'wrong_state',
    'no_journal',
    'exec_failed',
    'timeout',
    'tool_failed',
    'template_not_found',
    'template_damaged',
  ],
  permission: 've.journal',
  states: ['running'],
  cli: {
    verb: ['journal'],
    positionals: [{ field: 've' }],
    columns: [
      column('at'),
      column('source'),
      column('priority', { align: 'right', shown: false }),
      column('service', { shown: false }),
      column('text'),
      column('cursor', { shown: false }),
    ],
    examples: [
      { command: 'insula journal web1 --service nginx --lines 20', text: 'the last entries of a service' },
    ],
  },
});
