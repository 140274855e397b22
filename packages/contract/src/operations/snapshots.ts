import { Type } from 'typebox';
import { VeName, VeReference } from '../schemas/names.ts';
import { Snapshot, SnapshotChange, SnapshotCreate, SnapshotView } from '../schemas/snapshot.ts';
import { VeClone, VeDetail, VeStatus } from '../schemas/ve-view.ts';
import { column, defineOperation } from './definition.ts';
import { changeQuery, promisingErrors, veChangeErrors, veErrors, veParams } from './parts.ts';

const snapshotParams = Type.Object({ ve: VeReference, snapshot: VeName }, { additionalProperties: false });
const upOrDown = ['running', 'paused', 'mounted', 'stopped'] as const;

export const snapshotList = defineOperation({
  id: 'snapshot.list',
  title: 'List the snapshots of a VE',
  description: 'The oldest first, each with the one that it came from; checkpoints are among them.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/snapshots',
  params: veParams,
  result: Type.Array(SnapshotView),
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['snapshot', 'list'],
    positionals: [{ field: 've' }],
    columns: [
      column('name'),
      column('createdAt', { title: 'CREATED' }),
      column('parent'),
      column('current'),
      column('processes'),
      column('state'),
      column('description'),
      column('layout', { shown: false }),
    ],
    examples: [{ command: 'insula snapshot list web1', text: 'what there is to go back to' }],
  },
});

export const snapshotCreate = defineOperation({
  id: 'snapshot.create',
  title: 'Take a snapshot of a VE',
  description:
    'Keeps the files of a VE as they are at this moment. A running one is not disturbed in layout subvolume; in layout image its writes wait while the image is copied, in layout plain it is frozen for that time. Without a name the snapshot is called after the time.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/snapshots',
  params: veParams,
  query: changeQuery,
  body: Type.Optional(SnapshotCreate),
  result: Snapshot,
  errors: [...veChangeErrors, 'time_limit', 'snapshot_exists', 'no_space', 'too_many_snapshots'],
  permission: 've.snapshot',
  states: [...upOrDown],
  planned: true,
  cli: {
    verb: ['snapshot', 'create'],
    positionals: [{ field: 've' }, { field: 'name', optional: true }],
    examples: [
      { command: 'insula snapshot create web1 before-upgrade', text: 'before something risky' },
      { command: 'insula snapshot create web1', text: 'called after the time' },
    ],
  },
});

export const snapshotRestore = defineOperation({
  id: 'snapshot.restore',
  title: 'Restore a snapshot',
  description:
    'Puts the files of a stopped VE back to what they were. What changed since is lost, unless another snapshot has it; settings, limits and other snapshots stay.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/snapshots/{snapshot}/restore',
  params: snapshotParams,
  query: changeQuery,
  result: VeStatus,
  errors: [...veChangeErrors, 'snapshot_not_found', 'invalid_parameter', 'no_space'],
  permission: 've.snapshot',
  states: ['stopped'],
  planned: true,
  cli: {
    verb: ['snapshot', 'restore'],
    positionals: [{ field: 've' }, { field: 'snapshot' }],
    examples: [{ command: 'insula snapshot restore web1 before-upgrade', text: 'back to before' }],
  },
});

export const snapshotDelete = defineOperation({
  id: 'snapshot.delete',
  title: 'Delete a snapshot',
  description: 'Frees what only the snapshot held. The VE and its other snapshots do not change.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/ves/{ve}/snapshots/{snapshot}',
  params: snapshotParams,
  query: changeQuery,
  result: Type.Null(),
  errors: [...veChangeErrors, 'snapshot_not_found'],
  permission: 've.snapshot',
  planned: true,
  cli: {
    verb: ['snapshot', 'delete'],
    positionals: [{ field: 've' }, { field: 'snapshot' }],
    examples: [{ command: 'insula snapshot delete web1 before-upgrade', text: 'all went well' }],
  },
});

export const snapshotDiff = defineOperation({
  id: 'snapshot.diff',
  title: 'Show what changed since a snapshot',
  description: 'Files and folders that were added, changed or removed since, by name.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/snapshots/{snapshot}/diff',
  params: snapshotParams,
  result: Type.Array(SnapshotChange),
  errors: [...veErrors, 'snapshot_not_found', 'wrong_state'],
  permission: 've.read',
  cli: {
    verb: ['snapshot', 'diff'],
    positionals: [{ field: 've' }, { field: 'snapshot' }],
    columns: [column('change'), column('path')],
    examples: [{ command: 'insula snapshot diff web1 before-upgrade', text: 'what the upgrade changed' }],
  },
});

export const veClone = defineOperation({
  id: 've.clone',
  title: 'Clone a VE',
  description:
    'Makes another VE with the same files and settings, and with its own UUID, CTID, name, addresses, machine id and SSH host keys; from a snapshot, if one is named. In layout subvolume it takes no time and no space.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/clone',
  params: veParams,
  query: changeQuery,
  body: Type.Optional(VeClone),
  result: VeDetail,
  errors: [
    ...veChangeErrors,
    ...promisingErrors,
    'snapshot_not_found',
    'name_taken',
    'ctid_taken',
    'address_taken',
    'template_not_found',
    'template_damaged',
    'layer_missing',
    'no_space',
    'no_address',
    'no_id_range',
    'no_ctid',
    'start_failed',
  ],
  permission: 've.create',
  scope: 'somewhere',
  takesFrom: 've.files',
  states: [...upOrDown],
  planned: true,
  cli: {
    verb: ['clone'],
    positionals: [{ field: 've' }, { field: 'name', optional: true }],
    examples: [
      { command: 'insula clone web1 web2 --start', text: 'a second one, started' },
      { command: 'insula clone web1 test --snapshot before-upgrade', text: 'as it was then' },
    ],
  },
});
