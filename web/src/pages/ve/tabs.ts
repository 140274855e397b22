import type { VeDetail } from '@insula/contract';

/** Parts of the page of a VE, in their order; each has an address of its own. */
export const veTabs = [
  'summary',
  'console',
  'resources',
  'usage',
  'network',
  'firewall',
  'snapshots',
  'applications',
  'services',
  'processes',
  'accounts',
  'files',
  'logs',
  'alerts',
  'permissions',
  'operations',
] as const;
export type VeTab = (typeof veTabs)[number];

/** A VE with what a policy takes away from whoever looks at it. */
export interface ShownVe extends VeDetail {
  readonly withheld: readonly string[];
  /** Snapshots and checkpoints that a policy allows; null: any number. */
  readonly mostSnapshots: number | null;
}

export interface PanelProps {
  readonly ve: ShownVe;
}
