import type { VeService } from '@insula/contract';
import { actOnService, journalInside, processesInside, servicesInside, signalInside } from '@insula/ve';
import type { CallInput, Reads } from '../http/calls.ts';
import type { Node } from '../node.ts';

type InsideReads = Pick<
  Reads,
  | 've.processes'
  | 've.signal'
  | 've.services'
  | 've.journal'
  | 'service.start'
  | 'service.stop'
  | 'service.restart'
  | 'service.reload'
  | 'service.enable'
  | 'service.disable'
>;

/** The calls on processes, services and the journal of running VEs. Each is done when it answers. */
export function insideCalls({ registry, ports }: Node): InsideReads {
  const acting =
    (action: Parameters<typeof actOnService>[2]['action']) =>
    async ({ params: { ve, service }, signal }: CallInput<`service.${typeof action}`>): Promise<VeService> =>
      await actOnService(ports, registry.find(ve), { service, action }, signal);
  return {
    've.processes': async ({ params }) => await processesInside(ports, registry.find(params.ve)),
    've.signal': async ({ params, body }) => {
      await signalInside(ports, registry.find(params.ve), body);
      return null;
    },
    've.services': async ({ params, signal }) =>
      await servicesInside(ports, registry.find(params.ve), signal),
    've.journal': async ({ params, query, signal }) =>
      await journalInside(ports, registry.find(params.ve), query, signal),
    'service.start': acting('start'),
    'service.stop': acting('stop'),
    'service.restart': acting('restart'),
    'service.reload': acting('reload'),
    'service.enable': acting('enable'),
    'service.disable': acting('disable'),
  };
}
