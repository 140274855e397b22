import type { OperationEngine } from '@insula/operations';
import { autostartOrder, type VeEntry, type VeRegistry, veLock } from '@insula/ve';
import type { Logger } from 'pino';
import { codeError } from './code-error.ts';

export interface AutostartPorts {
  readonly registry: Pick<VeRegistry, 'list'>;
  readonly engine: Pick<OperationEngine, 'submit' | 'finished'>;
  /** How many VEs are started at a time. */
  readonly parallel: number;
  readonly log: Pick<Logger, 'error'>;
}

/**
 * Starts the VEs that start with the node, in their order. One that cannot be started keeps no other from its turn.
 * @throws CodedError shutting_down when the daemon ends before all had their turn
 */
export async function autostart({ registry, engine, parallel, log }: AutostartPorts): Promise<void> {
  const start = async ({ spec: { uuid, name }, runtime }: VeEntry) => {
    const kind = runtime.suspended ? 've.resume' : 've.start';
    const target = { kind: 've', id: uuid, name } as const;
    const request = { kind, target, input: null, locks: [veLock(uuid)], ifBusy: 'wait' } as const;
    await engine.finished((await engine.submit(request)).id);
  };
  const queue = [...autostartOrder(registry.list())];
  const work = async () => {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      try {
        await start(entry);
      } catch (error) {
        const coded = codeError(error);
        if (coded.code === 'shutting_down') throw coded;
        log.error({ ve: entry.spec.name, problem: coded.message }, 'autostart failed');
      }
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}
