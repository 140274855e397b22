export {
  type ApplyLimitsArgs,
  type LimitInsideArgs,
  type ResourcePorts,
  resourceActions,
} from './actions.ts';
export { Admission, type Admittance } from './admission.ts';
export { beancounters } from './beancounters.ts';
export { capacityRows, nodeCapacity } from './capacity.ts';
export {
  compileInnerLimits,
  type InnerLimits,
  innerChange,
  type ProcessLimits,
} from './compile-inner-limits.ts';
export { compileLimitChange, compileLimits, controllersNeeded, type LimitWrite } from './compile-limits.ts';
export { type Guaranteed, GuaranteeKeeper } from './guarantees/guarantee-keeper.ts';
export { nearestName } from './nearest-name.ts';
export { limitOf } from './parameter-halves.ts';
export {
  checkParameters,
  completeValues,
  defaultValues,
  mergeParameters,
} from './parameter-values.ts';
export { type Counters, readCounters, readUse, type UsePorts, type UseTarget } from './read-use.ts';
export { findInconsistencies } from './samples/consistency.ts';
export { scaleParameters, splitNode } from './samples/derive.ts';
export { shippedSamples } from './samples/shipped.ts';
export { type VolumeLimitValues, volumeLimits } from './volume-limits.ts';
