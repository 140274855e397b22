import { fault, type OperationTarget, type VeSpec } from '@insula/contract';
import type { OperationKind } from '@insula/operations';
import { allowed, movedSpec, stateOf, type VeEntry } from '@insula/ve';
import { planRenew } from './plans/renew-plan.ts';
import type { CheckpointPorts } from './ports.ts';
import { lastingBlockers, refuseBlocked } from './preflight/check.ts';

/** Kinds of operation that make a VE anew around its processes. Moving to another layout, in `under`, is widened to VEs that run. */
export function renewKinds(
  ports: CheckpointPorts,
  under: Readonly<Record<string, OperationKind>>,
): Readonly<Record<string, OperationKind>> {
  const { registry } = ports;
  const entryOf = (target: OperationTarget) => registry.entryOf(target);
  const { 've.move': move, 've.stop': stop } = under;
  if (move === undefined || stop === undefined) throw fault('internal', { problem: 'no kinds to widen' });
  const ended: OperationKind['ended'] = async (record) => await stop.ended?.(record);

  async function refuseUnsavable(entry: VeEntry): Promise<void> {
    await ports.templateOf(entry.spec.template);
    refuseBlocked(entry.spec.name, await lastingBlockers(ports, entry));
  }

  const renewal = ({ spec, runtime }: VeEntry, next: VeSpec) =>
    planRenew({ previous: spec, next, limits: runtime.parameters }, ports);

  return {
    've.renew': {
      async plan(_input, target) {
        const entry = allowed('ve.renew', entryOf(target));
        await refuseUnsavable(entry);
        return renewal(entry, entry.spec);
      },
      result: (target, input) => stop.result?.(target, input),
      ended,
    },
    've.move': {
      ...move,
      async plan(input, target) {
        const entry = allowed('ve.move', entryOf(target));
        if (stateOf(entry.runtime) !== 'running') return await move.plan(input, target);
        const next = await movedSpec(ports, entry, input);
        await refuseUnsavable(entry);
        return renewal(entry, next);
      },
      ended,
    },
  };
}
