import type { CheckpointBlocker } from '@insula/contract';
import type { StepHandler } from '@insula/operations';
import { veActions } from '@insula/ve';
import type { CheckpointPorts } from '../ports.ts';
import { freezesByLegacy, inspect, isWorthWaiting, passing, refuseBlocked } from '../preflight/check.ts';
import { judgeCheckpoint } from '../preflight/judge.ts';

/** Milliseconds that services get to accept the TCP connections which their peers already see established. */
const acceptPatience = 2_000;

interface Standing {
  readonly ve: string;
  readonly blockers: readonly CheckpointBlocker[];
  /** TCP connections that no service has accepted yet. */
  readonly unaccepted: number;
}

/**
 * Since the last look processes may have come and gone, a login prompt among them: what counts is what stands still. What passes by
 * itself is let go on for a moment. So are TCP connections that nobody has accepted yet: CRIU leaves them out (`skip-in-flight`), and
 * their peers would wait for an answer for ever. No new ones come, since traffic is held; and a service that accepts none keeps no VE.
 */
export function freezeProcesses(ports: CheckpointPorts): StepHandler<{ readonly uuid: string }> {
  const { 'pause-container': pause, 'resume-container': thaw } = veActions(ports);

  async function lookAtFrozen(uuid: string): Promise<Standing> {
    const entry = ports.registry.find(uuid);
    const facts = await inspect(ports, entry);
    const legacyFreezer = await freezesByLegacy(ports);
    const blockers = judgeCheckpoint({ facts, links: [], ownLinks: [], interfaces: [], legacyFreezer });
    const { init } = entry.runtime;
    const unaccepted = init === null ? 0 : await ports.guestInspector.unacceptedStreams(init.pid);
    return { ve: entry.spec.name, blockers, unaccepted };
  }

  return {
    async do({ uuid }, context) {
      for (let waited = 0; ; waited += passing.interval) {
        await pause.do({ uuid }, context);
        const { ve, blockers, unaccepted } = await lookAtFrozen(uuid);
        if (blockers.length === 0 && unaccepted === 0) return;
        if (blockers.length === 0 && waited >= acceptPatience) {
          context.log(`${unaccepted} connections end here: no service has accepted them`);
          return;
        }
        await thaw.do({ uuid }, context);
        const isOver = !isWorthWaiting(blockers) || waited >= passing.patience;
        if (blockers.length > 0 && isOver) refuseBlocked(ve, blockers);
        const problem = blockers[0]?.problem ?? `${unaccepted} connections are not accepted yet`;
        context.log(`${problem}: it goes on for a moment`);
        await ports.sleep(passing.interval);
      }
    },
    undo: async (args, context) => await thaw.do(args, context),
  };
}
