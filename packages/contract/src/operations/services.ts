import { Type } from 'typebox';
import { ProcessSignal, ServiceName } from '../schemas/guest-process.ts';
import { VeService } from '../schemas/monitoring.ts';
import { VeReference } from '../schemas/names.ts';
import { defineOperation } from './definition.ts';
import { veErrors, veParams } from './parts.ts';

const service = {
  kind: 'edit',
  method: 'POST',
  params: Type.Object({ ve: VeReference, service: ServiceName }, { additionalProperties: false }),
  result: VeService,
  errors: [
    ...veErrors,
    'wrong_state',
    'service_not_found',
    'service_refused',
    'no_services',
    'exec_failed',
    'timeout',
    'template_not_found',
    'template_damaged',
    'tool_failed',
  ],
  permission: 've.services',
  states: ['running'],
} as const;

const positionals = [{ field: 've' }, { field: 'service' }] as const;

const answers = 'Answers with what the service manager says of it afterwards.';

export const serviceStart = defineOperation({
  id: 'service.start',
  title: 'Start a service of a VE',
  description: `Has the service manager of a running VE start a service. ${answers}`,
  path: '/v1/ves/{ve}/services/{service}/start',
  ...service,
  cli: {
    verb: ['service', 'start'],
    positionals,
    shows: true,
    examples: [{ command: 'insula service start web1 nginx', text: 'as `systemctl start` inside' }],
  },
});

export const serviceStop = defineOperation({
  id: 'service.stop',
  title: 'Stop a service of a VE',
  description: `Has the service manager of a running VE stop a service. ${answers}`,
  path: '/v1/ves/{ve}/services/{service}/stop',
  ...service,
  cli: {
    verb: ['service', 'stop'],
    positionals,
    shows: true,
    examples: [
      { command: 'insula service stop web1 nginx', text: 'until it is started again, or at the next boot' },
    ],
  },
});

export const serviceRestart = defineOperation({
  id: 'service.restart',
  title: 'Restart a service of a VE',
  description: `Has the service manager of a running VE restart a service. ${answers}`,
  path: '/v1/ves/{ve}/services/{service}/restart',
  ...service,
  cli: {
    verb: ['service', 'restart'],
    positionals,
    shows: true,
    examples: [{ command: 'insula service restart web1 nginx', text: 'stops it if it runs, and starts it' }],
  },
});

export const serviceReload = defineOperation({
  id: 'service.reload',
  title: 'Have a service of a VE read its settings again',
  description: `Has the service manager of a running VE reload a service; many services cannot. ${answers}`,
  path: '/v1/ves/{ve}/services/{service}/reload',
  ...service,
  cli: {
    verb: ['service', 'reload'],
    positionals,
    shows: true,
    examples: [{ command: 'insula service reload web1 nginx', text: 'connections stay' }],
  },
});

export const serviceEnable = defineOperation({
  id: 'service.enable',
  title: 'Have a service of a VE start at boot',
  description: `From the next boot of the VE on the service starts by itself; now it is left as it is. ${answers}`,
  path: '/v1/ves/{ve}/services/{service}/enable',
  ...service,
  cli: {
    verb: ['service', 'enable'],
    positionals,
    shows: true,
    examples: [{ command: 'insula service enable web1 nginx', text: 'from the next boot on' }],
  },
});

export const serviceDisable = defineOperation({
  id: 'service.disable',
  title: 'Have a service of a VE not start at boot',
  description: `From the next boot of the VE on the service starts no more by itself; now it is left as it is. ${answers}`,
  path: '/v1/ves/{ve}/services/{service}/disable',
  ...service,
  cli: {
    verb: ['service', 'disable'],
    positionals,
    shows: true,
    examples: [{ command: 'insula service disable web1 nginx', text: 'it runs on until it is stopped' }],
  },
});

export const veSignal = defineOperation({
  id: 've.signal',
  title: 'Send a signal to a process of a VE',
  description:
    'Sends a signal to a process of a running or paused VE, by its number inside. Its init gets none: it is stopped with the VE. A process that is paused takes it when the VE goes on.',
  kind: 'edit',
  method: 'POST',
  path: '/v1/ves/{ve}/signal',
  params: veParams,
  body: ProcessSignal,
  result: Type.Null(),
  errors: [...veErrors, 'wrong_state', 'process_not_found', 'process_protected'],
  permission: 've.services',
  states: ['running', 'paused'],
  cli: {
    verb: ['signal'],
    positionals: [{ field: 've' }, { field: 'pid' }, { field: 'signal', optional: true }],
    examples: [
      { command: 'insula signal web1 4711', text: 'asks it to end (TERM)' },
      { command: 'insula signal web1 4711 KILL', text: 'by numbers as `insula ps` shows them' },
    ],
  },
});
