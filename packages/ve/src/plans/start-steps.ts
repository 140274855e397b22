import type { ParameterValues, VeSpec } from '@insula/contract';
import { compileInnerLimits, innerChange } from '@insula/resources';
import { layersOf } from '@insula/vzfs';
import type { VeStep } from '../actions/actions.ts';
import { linkOf } from '../link-of.ts';
import type { NodeLayout } from '../run-layout.ts';

/** The root of a VE as a mount: its changes over its layers. */
export function mountSteps(spec: VeSpec, { run }: NodeLayout): readonly VeStep[] {
  const { uuid, idBase, layout } = spec;
  return [
    { action: 'make-run-dir', title: 'make a folder for runtime files', args: { uuid } },
    // the other layouts are open always
    ...(layout === 'image'
      ? [{ action: 'open-volume', title: 'open the image', args: { uuid, layout } } as const]
      : []),
    {
      action: 'mount-root',
      title: 'mount the root',
      args: { uuid, layers: layersOf(spec), idBase, target: run.ve(uuid).root },
    },
  ];
}

/** From nothing, or from a mounted root that a failing start leaves mounted, to a running init. */
export function startSteps(
  spec: VeSpec,
  layout: NodeLayout,
  { mounted }: { readonly mounted: boolean },
): readonly VeStep[] {
  const { uuid, ctid } = spec;
  return [
    ...(mounted ? [] : mountSteps(spec, layout)),
    { action: 'make-cgroups', title: 'make cgroups', args: { uuid }, beside: !mounted },
    { action: 'write-bundle', title: 'write the runtime configuration', args: { uuid }, beside: true },
    { action: 'begin-logs', title: 'begin its logs', args: { uuid }, beside: true },
    {
      action: 'apply-limits',
      title: 'set limits',
      args: { cgroup: layout.groups.outer(ctid), ctid, values: spec.parameters, previous: null },
    },
    {
      action: 'write-identity',
      title: 'write host name, addresses and name servers',
      args: { uuid },
      beside: true,
    },
    { action: 'create-container', title: 'create namespaces', args: { uuid } },
    claimStep(spec),
    ...limitInsideSteps(spec, layout.groups.outer(ctid), null),
    { action: 'connect-network', title: 'connect the network', args: linkOf(spec) },
    { action: 'start-container', title: 'start init', args: { uuid } },
    { action: 'note-wanted', title: 'remember that it runs', args: { uuid, wanted: 'running' } },
  ];
}

/** What the node needs for a VE's link before there is one, beside the step that makes the namespaces. */
export function claimStep(spec: VeSpec): VeStep {
  return { action: 'claim-addresses', title: 'claim its addresses', args: linkOf(spec), beside: true };
}

/** Limits that namespaces and processes of a VE carry, where they change. */
export function limitInsideSteps(
  { uuid, idBase, parameters: values }: VeSpec,
  cgroup: string,
  previous: ParameterValues | null,
): readonly VeStep[] {
  if (innerChange(compileInnerLimits(previous ?? {}), compileInnerLimits(values)) === null) return [];
  return [
    {
      action: 'limit-inside',
      title: 'set limits inside',
      args: { uuid, cgroup, idBase, values, previous },
    },
  ];
}
