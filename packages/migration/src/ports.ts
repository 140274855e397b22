import type { Readable } from 'node:stream';
import type { CheckpointPorts } from '@insula/checkpoint';
import type { Host } from '@insula/host';
import type { PeerCall, PeerCalls, PeerStream } from './protocol.ts';

interface Options {
  readonly signal?: AbortSignal;
}

/** The way to other nodes: authenticated and encrypted in both directions. */
export interface PeerLink {
  /** @throws CodedError peer_unknown, peer_unreachable, peer_refused; and what the other node refuses with */
  call<Call extends PeerCall>(
    peer: string,
    call: Call,
    ask: PeerCalls[Call]['ask'],
    options?: Options,
  ): Promise<PeerCalls[Call]['answer']>;
  send(
    peer: string,
    what: {
      readonly kind: PeerStream;
      readonly id: string;
      /** Of the template; the digest of a layer; the number of a round, or of that from which a checkpoint goes on. */
      readonly name?: string;
    },
    stream: Readable,
    options?: Options,
  ): Promise<void>;
}

export interface MigrationPorts
  extends CheckpointPorts,
    Pick<
      Host,
      'trees' | 'treeTransfer' | 'memoryTransfer' | 'btrfs' | 'diskImages' | 'quotas' | 'criu' | 'upperTrees'
    > {
  readonly peerLink: PeerLink;
  /** Writes a built template to a new file, for another node to take in. */
  exportTemplate(template: { readonly name: string; readonly version: string }, path: string): Promise<void>;
  /** Takes an exported template in. @throws what the import fails with */
  importTemplate(path: string): Promise<void>;
  openFile(path: string): Readable;
  readonly kernelRelease: string;
}
