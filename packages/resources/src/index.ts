export { type ApplyLimitsArgs, resourceActions } from './actions.ts';
export { compileLimitChange, compileLimits, controllersNeeded, type LimitWrite } from './compile-limits.ts';
export {
  type AllParameterValues,
  checkParameters,
  completeValues,
  defaultValues,
  mergeParameters,
} from './parameter-values.ts';
export { type VolumeLimitValues, volumeLimits } from './volume-limits.ts';
