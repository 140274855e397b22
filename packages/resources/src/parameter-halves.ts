import type { ParameterAmount, ParameterValue } from '@insula/contract';

/** Where a value ends: nothing beyond it is given. */
export function limitOf(value: ParameterValue): ParameterAmount {
  if (typeof value === 'object') return value.limit;
  return value as ParameterAmount;
}

/** Where a value becomes tight; a value of one amount has both at one point. */
export function barrierOf(value: ParameterValue): ParameterAmount {
  if (typeof value === 'object') return value.barrier;
  return value as ParameterAmount;
}

/** Whether an amount is larger than another, where unlimited is the largest. */
export function isAbove(amount: ParameterAmount, other: ParameterAmount): boolean {
  return amountNumber(amount) > amountNumber(other);
}

/** An amount as a number to compare and to add. */
export function amountNumber(amount: ParameterAmount): number {
  return amount === 'unlimited' ? Number.POSITIVE_INFINITY : amount;
}
