import type { CgroupHierarchies } from '../cgroups/cgroups.ts';

export interface ToolFact {
  readonly name: string;
  /** Where it was found; null when it is not installed. */
  readonly path: string | null;
  /** The first line the tool says about its version; null when it says nothing. */
  readonly version: string | null;
}

export interface OverlayFacts {
  readonly available: boolean;
  /** An overlay over id-mapped layers could be mounted. */
  readonly idmappedLayers: boolean;
  /** Data-only layers (kernel ≥ 6.5): what sharing file content needs. */
  readonly dataLayers: boolean;
}

export interface CriuFacts {
  /** `criu check` succeeded; null when criu is missing. */
  readonly usable: boolean | null;
  /** What it said otherwise. */
  readonly message: string | null;
  /** Pre-copy works (MEM_SOFT_DIRTY); null when criu is missing. */
  readonly dirtyTracking: boolean | null;
}

/** What this host is and can do. Facts only: what they mean is judged elsewhere. */
export interface HostFacts {
  readonly kernelRelease: string;
  readonly architecture: string;
  /** PRETTY_NAME, ID and VERSION_ID of os-release. */
  readonly distribution: { readonly title: string; readonly id: string; readonly version: string };
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
  readonly systemdIsInit: boolean;
  readonly cgroups: CgroupHierarchies;
  readonly overlay: OverlayFacts;
  readonly userNamespaces: boolean;
  readonly seccomp: boolean;
  readonly nftables: boolean;
  readonly veth: boolean;
  readonly bridge: boolean;
  readonly btrfs: boolean;
  readonly softDirty: boolean;
  /** lxcfs is mounted somewhere and answers: its mount point, else null. */
  readonly lxcfsMount: string | null;
  /** AppArmor, SELinux…: the modules the kernel runs. */
  readonly securityModules: readonly string[];
  readonly tools: readonly ToolFact[];
  readonly criu: CriuFacts;
  /** Values of the settings asked for, null where the kernel lacks one. */
  readonly sysctls: Readonly<Record<string, string | null>>;
}

export interface GatherFacts {
  readonly sysctls: readonly string[];
  readonly tools: readonly string[];
  /** Where overlays are tried: a directory of the pool's file system is best. Default: the system's temporary directory. */
  readonly scratchDir?: string;
  /** criu is looked for under this name or path. Default 'criu'. */
  readonly criu?: string;
  readonly signal?: AbortSignal;
}

export interface HostProbe {
  /** Looks at the host; what cannot be found out counts as missing, nothing is thrown for it. */
  gather(wanted: GatherFacts): Promise<HostFacts>;
}
