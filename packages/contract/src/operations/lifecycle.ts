import { Type } from 'typebox';
import { VeStatus } from '../schemas/ve-view.ts';
import { type CommandLine, defineOperation } from './definition.ts';
import {
  changeQuery,
  promisingErrors,
  promisingQuery,
  statusColumns,
  veChangeErrors,
  veErrors,
  veParams,
} from './parts.ts';

const onEach = (verb: string, text: string): CommandLine => ({
  verb: [verb],
  positionals: [{ field: 've', several: true }],
  each: 've',
  examples: [
    { command: `insula ${verb} web1`, text },
    { command: `insula ${verb} web1 web2 db1`, text: 'several at once, one result for each' },
  ],
});

const stopOptions = {
  timeout: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3600,
      description: 'Seconds for init to stop before it is killed; default: stopTimeout of the VE',
    }),
  ),
};
const body = <const Fields extends Record<string, ReturnType<typeof Type.Optional>>>(fields: Fields) =>
  Type.Optional(Type.Object(fields, { additionalProperties: false }));

export const veStart = defineOperation({
  id: 've.start',
  title: 'Start a VE',
  description: 'Mounts the root, makes cgroups and network, and starts init.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/start',
  params: veParams,
  query: promisingQuery,
  result: VeStatus,
  errors: [...veChangeErrors, ...promisingErrors, 'start_failed', 'template_damaged', 'layer_missing'],
  permission: 've.power',
  states: ['stopped', 'mounted'],
  planned: true,
  cli: onEach('start', 'start one VE'),
});

export const veStop = defineOperation({
  id: 've.stop',
  title: 'Stop a VE',
  description:
    'Asks init to shut the system down; what is left after the stop timeout is killed. A VE that is down and would be started again by itself, after a crash or with the node, stays down.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/stop',
  params: veParams,
  query: changeQuery,
  body: body(stopOptions),
  result: VeStatus,
  errors: [...veChangeErrors],
  permission: 've.power',
  states: ['running', 'paused'],
  planned: true,
  cli: onEach('stop', 'stop one VE, gracefully'),
});

export const veRestart = defineOperation({
  id: 've.restart',
  title: 'Restart a VE',
  description: 'Stops a VE and starts it again, as one operation.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/restart',
  params: veParams,
  query: changeQuery,
  body: body(stopOptions),
  result: VeStatus,
  errors: [...veChangeErrors, 'start_failed', 'template_damaged', 'layer_missing', 'host_lacks'],
  permission: 've.power',
  states: ['running', 'paused'],
  planned: true,
  cli: onEach('restart', 'stop and start one VE'),
});

export const veKill = defineOperation({
  id: 've.kill',
  title: 'Kill a VE',
  description:
    'Ends all processes of a VE at once, without asking init. A VE that is down and would be started again by itself stays down; a suspended one loses its saved processes.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/kill',
  params: veParams,
  query: changeQuery,
  result: VeStatus,
  errors: [...veChangeErrors],
  permission: 've.power',
  states: ['running', 'paused', 'suspended'],
  planned: true,
  cli: onEach('kill', 'as if its power were cut'),
});

export const vePause = defineOperation({
  id: 've.pause',
  title: 'Pause a VE',
  description: 'Freezes all processes of a VE in memory.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/pause',
  params: veParams,
  query: changeQuery,
  result: VeStatus,
  errors: [...veChangeErrors],
  permission: 've.power',
  states: ['running'],
  planned: true,
  cli: onEach('pause', 'freeze its processes'),
});

export const veResume = defineOperation({
  id: 've.resume',
  title: 'Resume a VE',
  description:
    'Lets a VE go on from where it stands still: a paused one from memory, a suspended one from what was saved of it.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/resume',
  params: veParams,
  query: promisingQuery,
  result: VeStatus,
  errors: [
    ...veChangeErrors,
    ...promisingErrors,
    'restore_failed',
    'checkpoint_damaged',
    'template_damaged',
    'layer_missing',
  ],
  permission: 've.power',
  states: ['paused', 'suspended'],
  planned: true,
  cli: onEach('resume', 'let it go on'),
});

export const veMount = defineOperation({
  id: 've.mount',
  title: 'Mount the root of a VE',
  description: 'Mounts the root of a stopped VE on the node, for repair.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/mount',
  params: veParams,
  query: changeQuery,
  result: VeStatus,
  errors: [...veChangeErrors, 'template_damaged', 'layer_missing', 'host_lacks'],
  permission: 've.power',
  states: ['stopped'],
  planned: true,
  cli: onEach('mount', 'mount its root for repair'),
});

export const veUnmount = defineOperation({
  id: 've.unmount',
  title: 'Unmount the root of a VE',
  description: 'Takes the root of a mounted VE away again.',
  kind: 'change',
  method: 'POST',
  path: '/v1/ves/{ve}/unmount',
  params: veParams,
  query: changeQuery,
  result: VeStatus,
  errors: [...veChangeErrors],
  permission: 've.power',
  states: ['mounted'],
  planned: true,
  cli: onEach('unmount', 'back to stopped'),
});

export const veWait = defineOperation({
  id: 've.wait',
  title: 'Wait for a VE',
  description: 'Answers when the VE is in the state asked for; `ready` means running with its boot complete.',
  kind: 'read',
  method: 'GET',
  path: '/v1/ves/{ve}/wait',
  params: veParams,
  query: Type.Object(
    {
      for: Type.Optional(
        Type.Enum(['ready', 'running', 'stopped', 'paused', 'suspended', 'mounted'], {
          default: 'ready',
          description: 'What to wait for',
        }),
      ),
      timeout: Type.Optional(
        Type.Integer({ minimum: 0, maximum: 86_400, default: 300, description: 'Seconds to wait at most' }),
      ),
    },
    { additionalProperties: false },
  ),
  result: VeStatus,
  errors: [...veErrors, 'timeout'],
  permission: 've.read',
  cli: {
    verb: ['wait'],
    positionals: [{ field: 've', several: true }],
    each: 've',
    columns: statusColumns,
    examples: [{ command: 'insula wait web1 --for stopped --timeout 60', text: 'until it has stopped' }],
  },
});
