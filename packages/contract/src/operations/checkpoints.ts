import { Type } from 'typebox';
import { CheckpointCheck } from '../schemas/checkpoint.ts';
import { VeStatus } from '../schemas/ve-view.ts';
import { defineOperation } from './definition.ts';
import { changeQuery, veChangeErrors, veErrors, veParams } from './parts.ts';

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
