import type { CheckpointPorts } from '@insula/checkpoint';
import type { OperationEngine, OperationRequest } from '@insula/operations';

/** What an evacuation works with: the ports of VEs, and the engine that performs the migrations that it asks for. */
export function evacuationPorts(ports: CheckpointPorts, engine: () => OperationEngine) {
  return {
    ...ports,
    submit: async (request: OperationRequest) => await engine().submit(request),
    finished: async (id: string) => await engine().finished(id),
    find: (id: string) => engine().find(id),
    cancel: (id: string) => engine().cancel(id),
  };
}
