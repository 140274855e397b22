import type { Plan, Step } from '@insula/operations';
import type { VeStep } from '../actions/actions.ts';

/** What the administrator should find in the history of operations. */
export function remarkSteps(remarks: readonly string[]): readonly VeStep[] {
  return remarks.length === 0 ? [] : [{ action: 'remark', title: 'note what is special', args: { remarks } }];
}

/** The same plan, with remarks noted first. */
export function withRemarks<Known extends Step>(
  plan: Plan<Known | VeStep>,
  remarks: readonly string[],
): Plan<Known | VeStep> {
  const noting = remarkSteps(remarks);
  const { cancellableBefore } = plan;
  return {
    ...plan,
    steps: [...noting, ...plan.steps],
    ...(cancellableBefore === undefined ? {} : { cancellableBefore: cancellableBefore + noting.length }),
  };
}
