import { asCodedError, fault } from '@insula/contract';
import { OperationEngine } from './engine.ts';
import type { FaultInjector } from './executor.ts';
import type { Journal } from './journal.ts';
import { MemoryJournal } from './memory-journal.ts';
import type { OperationRecord } from './record.ts';
import type { OperationKind } from './runner.ts';
import type { Plan, StepHandlers } from './step.ts';

/** A world of named things that steps make and undo, as mounts and cgroups are made and undone. */
export class World {
  readonly things = new Set<string>();
  readonly handlers: StepHandlers = {
    make: {
      do: async ({ thing }: { readonly thing: string }) => void this.things.add(thing),
      undo: async ({ thing }: { readonly thing: string }) => void this.things.delete(thing),
    },
    drop: { do: async ({ thing }: { readonly thing: string }) => void this.things.delete(thing) },
    fail: {
      do: async () => {
        throw fault('no_address', { pool: '10.0.0.0/30' });
      },
    },
    stick: {
      do: async ({ thing }: { readonly thing: string }) => void this.things.add(thing),
      undo: async () => {
        throw new Error('it sticks');
      },
    },
    hang: {
      do: async (_args, { signal }) =>
        await new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    },
  };
}

export const make = (thing: string) => ({ action: 'make', title: `make ${thing}`, args: { thing } });
export const drop = (thing: string) => ({ action: 'drop', title: `drop ${thing}`, args: { thing } });
export const stick = (thing: string) => ({ action: 'stick', title: `stick ${thing}`, args: { thing } });
export const fail = { action: 'fail', title: 'fail', args: {} };
export const hang = { action: 'hang', title: 'hang', args: {} };

export const request = {
  kind: 'test',
  target: { kind: 've', id: 'u1', name: 'web1' },
  input: null,
  locks: ['ve:u1'],
  ifBusy: 'fail',
} as const;

export interface WorldOptions {
  readonly world?: World;
  readonly journal?: Journal;
  readonly injectFault?: FaultInjector;
  readonly changed?: (record: OperationRecord) => void;
}

/** An engine on a world of its own: the kind `test` does this plan, `kill` makes a thing and cannot be cancelled. */
export function engineOf(plan: Plan | OperationKind, options: WorldOptions = {}) {
  const { world = new World(), journal = new MemoryJournal(), injectFault, changed } = options;
  const kind: OperationKind = 'steps' in plan ? { plan: () => plan, result: () => [...world.things] } : plan;
  const kill: Plan = { steps: [make('killed')], onCrash: 'resume', cancellableBefore: 0 };
  const engine = new OperationEngine({
    journal,
    handlers: world.handlers,
    kinds: { test: kind, kill: { plan: () => kill } },
    changed: changed ?? (() => undefined),
    codeError: asCodedError,
    ...(injectFault === undefined ? {} : { injectFault }),
  });
  return { engine, world, journal };
}

export const finish = async (engine: OperationEngine): Promise<OperationRecord> =>
  await engine.finished((await engine.submit(request)).id);
