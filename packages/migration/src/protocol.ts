import type { MigrationMode, VeSpec } from '@insula/contract';

/** What one node asks the other of a migration; JSON in both directions. `id` is that of the operation on the source. */
export interface PeerCalls {
  /** Whether the VE would fit, and what is missing there. Changes nothing. */
  readonly check: {
    readonly ask: {
      readonly spec: VeSpec;
      /** The source's processor, in base64, as CRIU describes it; null when nothing will be restored. */
      readonly processor: string | null;
    };
    readonly answer: PeerReport;
  };
  /** Makes room for the VE; answers once nobody else there can take what is its own. */
  readonly begin: { readonly ask: Arrival; readonly answer: { readonly operation: string } };
  readonly remove: {
    readonly ask: { readonly id: string; readonly names: readonly string[] };
    readonly answer: null;
  };
  /** Announces a layer of the VE's own. Answers which objects are missing there, by path; null when the layer is there already. */
  readonly layer: {
    readonly ask: { readonly id: string; readonly digest: string; readonly manifest: string };
    readonly answer: { readonly missing: readonly string[] | null };
  };
  /** All files are there. Answers when the VE only waits for the word to run. */
  readonly received: { readonly ask: { readonly id: string }; readonly answer: null };
  readonly decide: {
    readonly ask: { readonly id: string; readonly decision: Decision };
    readonly answer: null;
  };
  /** Asked by the source, of the target. */
  readonly state: {
    readonly ask: { readonly id: string };
    readonly answer: { readonly state: ArrivalState };
  };
  /** Answers when the other node has nothing more to do with the VE's arrival; what went wrong after it had become its own, in words. */
  readonly settled: {
    readonly ask: { readonly id: string };
    readonly answer: { readonly problem: string | null };
  };
  /** Asked by the target, of the source, when it has not heard for a while. */
  readonly outcome: {
    readonly ask: { readonly id: string; readonly uuid: string };
    readonly answer: { readonly outcome: Outcome };
  };
}

export type PeerCall = keyof PeerCalls;

/**
 * What is sent as a stream: a tar archive (files, checkpoint), an exported template, a layer's missing objects, memory as it was while the processes ran, what
 * the page images of a dump have of it and have not, and a tar archive of a round of memory.
 */
export const peerStreams = ['files', 'checkpoint', 'template', 'layer', 'memory', 'pages', 'round'] as const;
export type PeerStream = (typeof peerStreams)[number];

export interface Arrival {
  readonly id: string;
  readonly spec: VeSpec;
  readonly mode: MigrationMode;
  /** It is to come up with the node, if its onboot setting says auto. */
  readonly wanted: 'running' | 'stopped';
}

/** What another node says of itself and of a VE that would come. */
export interface PeerReport {
  readonly node: string;
  readonly architecture: string;
  readonly kernel: string;
  readonly criu: string | null;
  /** What its processor lacks of the source's, in words; null when nothing, or when nobody asked. */
  readonly processor: string | null;
  /** Its clock; milliseconds since 1970. */
  readonly time: number;
  readonly hasTemplate: boolean;
  readonly freeBytes: number;
  /** It takes memory that is sent ahead. */
  readonly takesMemory?: boolean;
  /** It takes memory in rounds. */
  readonly takesRounds?: boolean;
  /** Why the VE cannot come, in words, each with what helps. */
  readonly conflicts: readonly { readonly problem: string; readonly remedy: string }[];
}

export type Decision = 'commit' | 'abort';
export type Outcome = Decision | 'pending';

/** arriving: not decided there · adopted: it is that node's now, whatever else happens · gone: nothing of it is left there. */
export type ArrivalState = 'arriving' | 'adopted' | 'gone';
