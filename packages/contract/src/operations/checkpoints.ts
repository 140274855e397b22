import { Type } from 'typebox';
import { CheckpointCheck } from '../schemas/checkpoint.ts';
import { VeName, VeReference } from '../schemas/names.ts';
import { CheckpointCreate, Snapshot, SnapshotView } from '../schemas/snapshot.ts';
import { VeStatus } from '../schemas/ve-view.ts';
import { column, defineOperation } from './definition.ts';
import { changeQuery, promisingErrors, promisingQuery, veChangeErrors, veErrors, veParams } from './parts.ts';

export const veSuspend = defineOperation({
  id: 've.suspend',
  title: 'Suspend a VE',
  description:
    'Saves all processes of a VE, with their memory and connections, into its private area, and ends them. `resume` brings them back, also after a reboot of the node. Peers of its connections wait meanwhile.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/suspend',
  params: veParams,
  query: changeQuery,
  body: Type.Optional(
    Type.Object(
      {
        resumeOnBoot: Type.Optional(
          Type.Boolean({ description: 'Resume it when the node comes up, as its onboot setting allows' }),
        ),
      },
      { additionalProperties: false },
    ),
  ),
  result: VeStatus,
  errors: [...veChangeErrors, 'checkpoint_blocked', 'checkpoint_failed', 'host_lacks'],
  permission: 've.power',
  states: ['running'],
  planned: true,
  cli: {
    verb: ['suspend'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    examples: [
      { command: 'insula suspend web1', text: 'save its processes, and end them' },
      { command: 'insula suspend --all --resume-on-boot', text: 'before the node is rebooted' },
    ],
  },
});

export const veRenew = defineOperation({
  id: 've.renew',
  title: 'Renew a VE around its processes',
  description:
    'Saves all processes of a running VE, makes anew what is around them (its root as a mount, cgroups and limits, namespaces, network, and the programs of the node that look after it), and brings them back: no restart, connections stay. Should they not come back, the VE is suspended, and `resume` tries again.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/renew',
  params: veParams,
  query: changeQuery,
  result: VeStatus,
  errors: [
    ...veChangeErrors,
    'checkpoint_blocked',
    'checkpoint_failed',
    'restore_failed',
    'template_not_built',
    'template_damaged',
    'layer_missing',
    'no_space',
    'host_lacks',
  ],
  permission: 've.power',
  states: ['running'],
  planned: true,
  cli: {
    verb: ['renew'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    examples: [
      {
        command: 'insula renew web1',
        text: 'after the node was upgraded: the same processes, all else anew',
      },
    ],
  },
});

export const veCheckpointCheck = defineOperation({
  id: 've.checkpoint.check',
  title: 'Check whether a VE can be saved',
  description:
    'Looks at all processes of a running VE and lists everything that keeps them from being saved (suspend, migration), with what helps. Changes nothing.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/checkpoint/check',
  params: veParams,
  result: CheckpointCheck,
  errors: [...veErrors, 'wrong_state'],
  permission: 've.read',
  cli: {
    verb: ['checkpoint', 'check'],
    positionals: [{ field: 've' }],
    examples: [
      { command: 'insula checkpoint check web1', text: 'what would keep it from being suspended or moved' },
    ],
  },
});

const checkpointParams = Type.Object(
  { ve: VeReference, checkpoint: VeName },
  { additionalProperties: false },
);

export const checkpointList = defineOperation({
  id: 'checkpoint.list',
  title: 'List the checkpoints of a VE',
  description: 'Snapshots that hold its processes, too; the oldest first.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/checkpoints',
  params: veParams,
  result: Type.Array(SnapshotView),
  errors: [...veErrors],
  permission: 've.read',
  cli: {
    verb: ['checkpoint', 'list'],
    positionals: [{ field: 've' }],
    columns: [
      column('name'),
      column('createdAt', { title: 'CREATED' }),
      column('parent'),
      column('current'),
      column('description'),
    ],
    examples: [{ command: 'insula checkpoint list web1', text: 'which moments there are to go back to' }],
  },
});

export const checkpointCreate = defineOperation({
  id: 'checkpoint.create',
  title: 'Save a VE with its processes',
  description:
    'Keeps the processes of a VE, their memory, connections and network, and its files, all as they are at one moment. It stands still meanwhile, and is stopped afterwards or goes on (keepRunning). Without a name the checkpoint is called after the time.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/checkpoints',
  params: veParams,
  query: changeQuery,
  body: Type.Optional(CheckpointCreate),
  result: Snapshot,
  errors: [
    ...veChangeErrors,
    'time_limit',
    'snapshot_exists',
    'checkpoint_blocked',
    'checkpoint_failed',
    'no_space',
    'host_lacks',
  ],
  permission: 've.snapshot',
  states: ['running'],
  planned: true,
  cli: {
    verb: ['checkpoint', 'create'],
    positionals: [{ field: 've' }, { field: 'name', optional: true }],
    examples: [
      {
        command: 'insula checkpoint create web1 before-upgrade --keep-running',
        text: 'a moment to go back to',
      },
      { command: 'insula checkpoint create web1', text: 'save it, and stop it' },
    ],
  },
});

export const checkpointRestore = defineOperation({
  id: 'checkpoint.restore',
  title: 'Go back to a checkpoint',
  description:
    'Brings back the processes and files of a VE as they were. What it is now is lost, unless another checkpoint has it: a running one is killed. Connections whose peers have gone on meanwhile end. When it cannot be brought back, its files are as they were before, and it is stopped.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/checkpoints/{checkpoint}/restore',
  params: checkpointParams,
  query: promisingQuery,
  result: VeStatus,
  errors: [
    ...veChangeErrors,
    ...promisingErrors,
    'checkpoint_not_found',
    'checkpoint_damaged',
    'checkpoint_outdated',
    'restore_failed',
    'template_not_found',
    'template_damaged',
    'no_space',
  ],
  permission: 've.snapshot',
  states: ['running', 'paused', 'stopped', 'suspended'],
  planned: true,
  cli: {
    verb: ['checkpoint', 'restore'],
    positionals: [{ field: 've' }, { field: 'checkpoint' }],
    examples: [{ command: 'insula checkpoint restore web1 before-upgrade', text: 'back to that moment' }],
  },
});

export const checkpointDelete = defineOperation({
  id: 'checkpoint.delete',
  title: 'Delete a checkpoint',
  description: 'Frees what only the checkpoint held. Those that came from it now come from the one before.',
  kind: 'change',
  method: 'DELETE',
  path: '/v1/ves/{ve}/checkpoints/{checkpoint}',
  params: checkpointParams,
  query: changeQuery,
  result: Type.Null(),
  errors: [...veChangeErrors, 'checkpoint_not_found'],
  permission: 've.snapshot',
  planned: true,
  cli: {
    verb: ['checkpoint', 'delete'],
    positionals: [{ field: 've' }, { field: 'checkpoint' }],
    examples: [{ command: 'insula checkpoint delete web1 before-upgrade', text: 'all went well' }],
  },
});
