import { fault, type OperationTarget } from '@insula/contract';
import type { OperationKind, OperationRecord, OperationRequest, StepHandler } from '@insula/operations';
import { veLock } from '@insula/ve';
import type { MigrateInput } from './kinds.ts';
import type { MigrationPorts } from './ports.ts';

export interface EvacuationPorts extends Pick<MigrationPorts, 'registry' | 'sleep'> {
  submit(request: OperationRequest): Promise<OperationRecord>;
  finished(id: string): Promise<OperationRecord>;
  find(id: string): OperationRecord | undefined;
  cancel(id: string): OperationRecord;
}

/** Input of `node.evacuate` as it is journaled. `bandwidth` is that of all migrations together. */
export interface EvacuateInput extends MigrateInput {
  readonly parallel: number;
}

type EvacuateArgs = { readonly ves: readonly string[]; readonly input: EvacuateInput };

/** Milliseconds from one look at how far the migrations are to the next. */
const lookEvery = 500;

/** The lock of which a node has one: it is evacuated once at a time. */
export const evacuationLock = 'evacuation';

/** All VEs of a node leave it, each by a migration of its own, some of them at once. */
export function evacuationActions(ports: EvacuationPorts) {
  const { registry } = ports;

  /** Done again after a crash it finds what has left already, and waits for what is on its way. */
  const evacuateVes: StepHandler<EvacuateArgs> = {
    async do({ ves, input }, context) {
      const { signal } = context;
      const underWay = new Map<string, string>();
      const queue = [...ves];
      const left: string[] = [];
      let gone = 0;
      const cancelAll = () => {
        for (const id of underWay.values()) cancelIfPossible(id);
      };
      signal.addEventListener('abort', cancelAll);
      const worker = async () => {
        for (let uuid = queue.shift(); uuid !== undefined && !signal.aborted; uuid = queue.shift()) {
          const problem = await leave(uuid, input, (id) => underWay.set(uuid ?? '', id));
          underWay.delete(uuid);
          if (problem === null) gone += 1;
          else left.push(problem);
          if (problem !== null) context.log(problem);
        }
      };
      const look = () => {
        const parts = [...underWay.values()].map((id) => ports.find(id)?.progress ?? 0);
        const done = gone + left.length + parts.reduce((sum, part) => sum + part, 0);
        context.progress(done / Math.max(1, ves.length), `${gone} of ${ves.length} have left`);
      };
      const timer = setInterval(look, lookEvery);
      try {
        await Promise.all(Array.from({ length: input.parallel }, worker));
      } finally {
        clearInterval(timer);
        signal.removeEventListener('abort', cancelAll);
      }
      signal.throwIfAborted();
      context.output({ node: input.node, moved: gone });
      const [first] = left;
      if (first !== undefined)
        throw fault('evacuation_incomplete', {
          node: input.node,
          moved: gone,
          left: left.length,
          problem: first,
        });
    },
  };

  /** Moves one VE away. @returns why it is still here, in words; null when it is gone */
  async function leave(
    uuid: string,
    { parallel, bandwidth, node, atLeast }: EvacuateInput,
    begun: (id: string) => void,
  ): Promise<string | null> {
    const entry = registry.get(uuid);
    if (entry === undefined) return null;
    const { name } = entry.spec;
    const input: MigrateInput = {
      node,
      ...(atLeast === undefined ? {} : { atLeast }),
      ...(bandwidth === undefined ? {} : { bandwidth: Math.ceil(bandwidth / parallel) }),
    };
    try {
      const { id } = await ports.submit({
        kind: 've.migrate',
        target: { kind: 've', id: uuid, name },
        input,
        locks: [veLock(uuid)],
        ifBusy: 'wait',
      });
      begun(id);
      const { error } = await ports.finished(id);
      return error === null || registry.get(uuid) === undefined ? null : `${name}: ${error.detail}`;
    } catch (error) {
      return `${name}: ${(error as Error).message}`;
    }
  }

  function cancelIfPossible(id: string): void {
    try {
      ports.cancel(id);
    } catch {
      // past its point of no return, or ended: it is waited for
    }
  }

  return { 'evacuate-ves': evacuateVes };
}

/** The kind of operation that empties this node. */
export function evacuationKinds({ registry }: EvacuationPorts): Readonly<Record<string, OperationKind>> {
  return {
    'node.evacuate': {
      plan(given: unknown, _target: OperationTarget) {
        const input = given as EvacuateInput;
        const states = registry
          .list()
          .toSorted((a, b) => b.spec.bootorder - a.spec.bootorder)
          .map(({ spec }) => spec.uuid);
        const args: EvacuateArgs = { ves: states, input };
        return {
          steps: [{ action: 'evacuate-ves', title: `move all VEs to ${input.node}`, args }],
          onCrash: 'resume',
        };
      },
    },
  };
}
