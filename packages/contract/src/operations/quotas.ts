import { Type } from 'typebox';
import { GuestQuota, GuestQuotaChange } from '../schemas/quota.ts';
import { column, defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

const right = { align: 'right' } as const;

export const quotaList = defineOperation({
  id: 'quota.list',
  title: 'List the quotas inside a VE',
  description:
    'What the users and groups of a VE use of its disk, and may use: of every one that has files of its own or a limit. In layout image, on kernels with quotas of ext4.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/quotas',
  params: veParams,
  result: Type.Array(GuestQuota),
  errors: [...veErrors, 'no_quotas'],
  permission: 've.read',
  cli: {
    verb: ['quota', 'list'],
    positionals: [{ field: 've' }],
    columns: [
      column('kind'),
      column('id', right),
      column('name'),
      column('usedBytes', { title: 'USED', ...right }),
      column('softBytes', { title: 'SOFT', ...right }),
      column('bytes', { title: 'HARD', ...right }),
      column('usedInodes', { title: 'FILES', ...right }),
      column('softInodes', { title: 'SOFT', ...right }),
      column('inodes', { title: 'HARD', ...right }),
    ],
    examples: [{ command: 'insula quota list web1', text: 'as repquota shows it' }],
  },
});

export const quotaSet = defineOperation({
  id: 'quota.set',
  title: 'Limit a user or group inside a VE',
  description: 'Changes what the files of a user or group may take; it holds at once. Limits left out stay.',
  kind: 'edit',
  method: 'PATCH',
  path: '/v1/ves/{ve}/quotas',
  params: veParams,
  body: GuestQuotaChange,
  result: GuestQuota,
  errors: [...veErrors, 'no_quotas', 'user_not_found'],
  permission: 've.quota',
  cli: {
    verb: ['quota', 'set'],
    positionals: [{ field: 've' }, { field: 'kind' }, { field: 'who' }],
    examples: [
      { command: 'insula quota set web1 user ann --bytes 1073741824', text: 'a GiB and no more' },
      { command: 'insula quota set web1 group www-data --inodes 50000', text: 'files of a group' },
    ],
  },
});
