import type { networkActions } from '@insula/network';
import type { Step } from '@insula/operations';
import type { resourceActions } from '@insula/resources';
import type { vzfsActions } from '@insula/vzfs';
import { applicationActions } from '../applications/application-actions.ts';
import type { VePorts } from '../ports.ts';
import { containerActions } from './container-actions.ts';
import { preparationActions } from './preparation-actions.ts';
import { specActions } from './spec-actions.ts';

/** The step handlers of VEs' own actions. */
export function veActions(ports: VePorts) {
  return {
    ...specActions(ports),
    ...preparationActions(ports),
    ...containerActions(ports),
    ...applicationActions(ports),
  };
}

/** Every action that a plan for a VE may use, its own and those of the capabilities below. */
export type VeHandlers = ReturnType<typeof veActions> &
  ReturnType<typeof vzfsActions> &
  ReturnType<typeof networkActions> &
  ReturnType<typeof resourceActions>;

export type VeStep = Step<VeHandlers>;
