import { Type } from 'typebox';
import { VeDetail, VeReinstall } from '../schemas/ve-view.ts';
import { defineOperation } from './definition.ts';
import { changeQuery, veChangeErrors, veParams } from './parts.ts';

export const veReinstall = defineOperation({
  id: 've.reinstall',
  title: 'Reinstall a VE',
  description:
    "Gives a stopped VE the root of its template anew, in the newest version that is built or of the template named. Its settings, addresses, limits and snapshots stay, and so do the password of root, its authorized keys and the SSH host keys. What the VE had changed is in /old afterwards; what was its template's is not there.",
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/reinstall',
  params: veParams,
  query: changeQuery,
  body: Type.Optional(VeReinstall),
  result: VeDetail,
  errors: [
    ...veChangeErrors,
    'protected',
    'template_not_found',
    'template_not_built',
    'template_damaged',
    'no_space',
  ],
  permission: 've.destroy',
  states: ['stopped'],
  planned: true,
  cli: {
    verb: ['reinstall'],
    positionals: [{ field: 've' }],
    examples: [
      { command: 'insula reinstall web1', text: 'a new root, the old files are in /old' },
      {
        command: 'insula reinstall web1 --template debian-13 --drop-old --no-credentials',
        text: 'another system, and nothing of the one before',
      },
    ],
  },
});
