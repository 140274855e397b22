import type { VeSpec } from '@insula/contract';
import type { Plan } from '@insula/operations';
import { completeValues, limitOf } from '@insula/resources';

/** The same plan, given up after the time that a parameter of the VE allows, or the shorter one that was asked for, in seconds. */
export function withTimeLimit<AnyPlan extends Plan>(
  plan: AnyPlan,
  { parameters }: Pick<VeSpec, 'parameters'>,
  parameter: 'migrationtime' | 'backuptime',
  asked?: number,
): AnyPlan {
  const allowed = limitOf(completeValues(parameters)[parameter]);
  const timeLimit = Math.min(
    asked ?? Number.POSITIVE_INFINITY,
    allowed === 'unlimited' ? Number.POSITIVE_INFINITY : allowed,
  );
  return Number.isFinite(timeLimit) ? { ...plan, timeLimit } : plan;
}
