import type { Host } from '@insula/host';
import type { VePorts } from '@insula/ve';

/** What checkpoints stand on beside what VEs do. */
export interface CheckpointPorts
  extends VePorts,
    Pick<
      Host,
      'checkpointImages' | 'guestInspector' | 'guestNetworks' | 'links' | 'nftables' | 'restoreGates'
    > {
  /** Waits some milliseconds. */
  sleep(milliseconds: number): Promise<void>;
}
