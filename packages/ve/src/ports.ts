import type { NodeConfig, TemplateVersion } from '@insula/contract';
import type { Host } from '@insula/host';
import type { PoolLayout } from '@insula/vzfs';
import type { VeRegistry } from './registry.ts';
import type { CgroupLayout, RunLayout } from './run-layout.ts';
import type { VeFiles } from './ve-files.ts';

/** Everything that the actions of VEs stand on. */
export interface VePorts
  extends Pick<
    Host,
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
  /** The most files that a process started from here may open. */
  readonly openFiles: number;
  /** The built template that a VE stands on. @throws CodedError template_not_found, template_damaged */
  templateOf(reference: { readonly name: string; readonly version: string }): Promise<TemplateVersion>;
}
