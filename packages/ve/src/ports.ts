import type { NodeConfig, TemplateVersion, VeSpec } from '@insula/contract';
import type { Host } from '@insula/host';
import type { StepContext } from '@insula/operations';
import type { Admittance, ProcessLimits } from '@insula/resources';
import type { ApplicationStore, GoldenInput, MmdebstrapSource, PackageFetcher } from '@insula/templates';
import type { PoolLayout } from '@insula/vzfs';
import type { ExecRoom } from './exec/exec-room.ts';
import type { VeRegistry } from './registry.ts';
import type { CgroupLayout, RunLayout } from './run-layout.ts';
import type { VeFiles } from './ve-files.ts';

/** An image of a template with applications, as somebody wants to have it. */
export interface GoldenWish {
  readonly name: string;
  readonly input: GoldenInput;
}

/** Everything that the actions of VEs stand on. */
export interface VePorts
  extends Pick<
    Host,
    | 'commands'
    | 'consoles'
    | 'files'
    | 'mounts'
    | 'cgroups'
    | 'processes'
    | 'runc'
    | 'conmon'
    | 'consoleLogs'
    | 'guestTrees'
    | 'sysctls'
  > {
  readonly config: NodeConfig;
  readonly pool: PoolLayout;
  readonly run: RunLayout;
  readonly groups: CgroupLayout;
  readonly registry: VeRegistry;
  readonly veFiles: VeFiles;
  readonly architecture: string;
  /** The most that a process started from here may have. */
  readonly processLimits: ProcessLimits;
  readonly execRoom: ExecRoom;
  readonly applications: ApplicationStore;
  readonly packages: PackageFetcher;
  /** Where packages of a template come from; null where nobody says. */
  packageSourceOf(reference: {
    readonly name: string;
    readonly version: string;
  }): Promise<MmdebstrapSource | null>;
  /** Settles when the image is built, by whoever wanted it first. @throws what building it throws */
  haveGoldenImage(wish: GoldenWish, context: Pick<StepContext, 'signal' | 'progress'>): Promise<void>;
  /**
   * Whether this node can do for a VE what its parameters say, with what a person should know.
   * @throws CodedError host_lacks, invalid_parameter, overcommitted
   */
  admit(spec: VeSpec, admittance: Admittance): Promise<readonly string[]>;
  /** The built template that a VE stands on. @throws CodedError template_not_found, template_damaged */
  templateOf(reference: { readonly name: string; readonly version: string }): Promise<TemplateVersion>;
}
