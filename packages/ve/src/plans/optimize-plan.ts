import type { VeSpec } from '@insula/contract';
import { volumeLimits } from '@insula/resources';
import type { VeStep } from '../actions/actions.ts';
import type { VePlan } from './plans.ts';

/**
 * Reads the changed files of all VEs before any of them is touched, so that what they have alike is known. Every VE is whole after each
 * step: a crash resumes, and what fails or is cancelled stops where it is. `lenient`: one that fails keeps no other from it.
 */
export function planOptimize(specs: readonly VeSpec[], { lenient }: { readonly lenient: boolean }): VePlan {
  const uuids = specs.map(({ uuid }) => uuid);
  return {
    steps: [
      ...specs.map(
        ({ uuid, name, layout }): VeStep => ({
          action: 'read-changes',
          title: `read what ${name} has changed`,
          args: { uuid, layout, lenient },
          weight: 3,
        }),
      ),
      { action: 'find-equal-files', title: 'compare', args: { uuids }, weight: 0.2 },
      ...specs.flatMap((spec) => layerSteps(spec, lenient)),
      {
        action: 'report-relocations',
        title: 'sum up',
        args: { ves: specs.map(({ uuid, name }) => ({ uuid, name })) },
        weight: 0.1,
      },
      { action: 'drop-relocations', title: 'clear up', args: {}, weight: 0.1 },
    ],
    onCrash: 'resume',
  };
}

/** A layer is written down as the VE's before anything leaves its private area: none of these steps goes back. */
function layerSteps({ uuid, name, layout, layers, parameters }: VeSpec, lenient: boolean): readonly VeStep[] {
  const roomBytes = volumeLimits(parameters).bytes;
  return [
    {
      action: 'make-own-layer',
      title: `make a layer of what ${name} shares`,
      args: { uuid, layout, layers, roomBytes, lenient },
      weight: 2,
    },
    { action: 'publish-own-layer', title: 'publish it', args: { uuid, lenient }, weight: 0.1 },
    {
      action: 'adopt-own-layer',
      title: `lay it below the changed files of ${name}`,
      args: { uuid },
      weight: 0.1,
    },
    { action: 'leave-to-layer', title: `free their space in ${name}`, args: { uuid, layout, lenient } },
  ];
}
