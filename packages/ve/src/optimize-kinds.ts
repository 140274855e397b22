import { fault, type OperationTarget } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { planOptimize } from './plans/optimize-plan.ts';
import { nothingToDo } from './plans/plans.ts';
import type { VePorts } from './ports.ts';
import { stateOf } from './runtime.ts';

/** Input of `vzfs.optimize` as it is journaled: VEs by UUID. */
export interface OptimizeInput {
  readonly uuids: readonly string[];
  /** They were not named: one that fails keeps no other from it. */
  readonly lenient: boolean;
}

/** The kinds of operation that share what VEs have changed to the same: when somebody asks for it, and by itself when one has stopped. */
export function optimizeKinds({
  registry,
}: Pick<VePorts, 'registry'>): Readonly<Record<string, OperationKind>> {
  return {
    'vzfs.optimize': {
      plan(input) {
        const { uuids, lenient } = input as OptimizeInput;
        const specs = uuids.map((uuid) => {
          const entry = registry.get(uuid);
          if (entry === undefined) throw fault('ve_not_found', { ve: uuid });
          const state = stateOf(entry.runtime);
          if (state === 'stopped') return entry.spec;
          throw fault('wrong_state', {
            ve: entry.spec.name,
            state,
            operation: 'optimize',
            allowed: 'stopped',
          });
        });
        return planOptimize(specs, { lenient });
      },
    },
    've.optimize': {
      plan(_input: unknown, { id }: OperationTarget) {
        const entry = registry.get(id);
        const isDue = entry?.spec.optimizeOnStop === true && stateOf(entry.runtime) === 'stopped';
        return isDue ? planOptimize([entry.spec], { lenient: false }) : nothingToDo;
      },
    },
  };
}
