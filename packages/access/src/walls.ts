import type { VeSpec } from '@insula/contract';

/** What of a VE's settings stands between it and the node. */
export type Walls = Pick<VeSpec, 'features' | 'capabilities' | 'forwards' | 'apiAccess'>;

export const closedWalls: Walls = {
  features: [],
  capabilities: { add: [], drop: [] },
  forwards: [],
  apiAccess: false,
};

/** What is open in the second that was not in the first, in words; empty when nothing is. */
export function openings(before: Walls, after: Walls): readonly string[] {
  const more = (what: string, then: readonly string[], now: readonly string[]) =>
    now.filter((item) => !then.includes(item)).map((item) => `${what} ${item}`);
  return [
    ...more('feature', before.features, after.features),
    ...more('capability', before.capabilities.add, after.capabilities.add),
    ...more('capability', after.capabilities.drop, before.capabilities.drop),
    ...more('forward', before.forwards, after.forwards),
    ...(after.apiAccess && !before.apiAccess ? ['access to the API'] : []),
  ];
}
