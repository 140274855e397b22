import { asCodedError } from '@insula/contract';
import type { OperationRecord, OperationRequest } from '@insula/operations';
import { layersLock } from '@insula/vzfs';
import type { VeRegistry } from './registry.ts';
import { veLock } from './supervisor.ts';

export interface OptimizeOnStopPorts {
  readonly registry: Pick<VeRegistry, 'get'>;
  submit(request: OperationRequest): Promise<unknown>;
  log(line: string, details: Record<string, unknown>): void;
}

/** Operations after which a VE is down because somebody wanted it down. */
const ends: readonly string[] = ['ve.stop', 've.kill', 've.settle'];

/** Has a VE optimized whose settings ask for it once it has stopped. Whatever is done to the VE meanwhile comes first. */
export class OptimizeOnStop {
  readonly #ports: OptimizeOnStopPorts;

  constructor(ports: OptimizeOnStopPorts) {
    this.#ports = ports;
  }

  operationEnded({ kind, state, target: { id, name } }: OperationRecord): void {
    const entry = this.#ports.registry.get(id);
    const isDue = ends.includes(kind) && state === 'succeeded' && entry?.spec.optimizeOnStop === true;
    if (!isDue || entry.runtime.wanted !== 'stopped') return;
    const target = { kind: 've', id, name } as const;
    const locks = [layersLock, veLock(id)];
    this.#ports
      .submit({ kind: 've.optimize', target, input: null, locks, ifBusy: 'wait' })
      .catch((error: unknown) => {
        this.#ports.log('a VE that stopped is not optimized', {
          ve: name,
          problem: asCodedError(error).message,
        });
      });
  }
}
