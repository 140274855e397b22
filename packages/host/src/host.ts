import type { Btrfs } from './btrfs/btrfs.ts';
import type { Cgroups } from './cgroups/cgroups.ts';
import type { CommandRunner } from './commands/command-runner.ts';
import type { Conmon } from './conmon/conmon.ts';
import type { ConsoleLogs, Consoles } from './console/console.ts';
import type { DiskImages } from './disk-images/disk-images.ts';
import type { HostProbe } from './facts/host-facts.ts';
import type { Files } from './files/files.ts';
import type { GuestTrees } from './guest-tree/guest-tree.ts';
import type { Links } from './links/links.ts';
import type { Mounts } from './mounts/mounts.ts';
import type { Neighbours } from './neighbours/neighbours.ts';
import type { Nftables } from './nftables/nftables.ts';
import type { Processes } from './processes/processes.ts';
import type { Runc } from './runc/runc.ts';
import type { Sockets } from './sockets/sockets.ts';
import type { Sysctls } from './sysctls/sysctls.ts';
import type { Terminals } from './terminals/terminals.ts';
import type { Trees } from './trees/trees.ts';
import type { UserNamespaces } from './user-namespaces/user-namespaces.ts';

/** Every door to Linux. Capabilities take the ports they need (`Pick<Host, 'mounts' | 'files'>`). */
export interface Host {
  readonly commands: CommandRunner;
  readonly files: Files;
  readonly guestTrees: GuestTrees;
  readonly trees: Trees;
  readonly processes: Processes;
  readonly userNamespaces: UserNamespaces;
  readonly mounts: Mounts;
  readonly btrfs: Btrfs;
  readonly diskImages: DiskImages;
  readonly cgroups: Cgroups;
  readonly runc: Runc;
  readonly conmon: Conmon;
  readonly consoleLogs: ConsoleLogs;
  readonly consoles: Consoles;
  readonly links: Links;
  readonly neighbours: Neighbours;
  readonly nftables: Nftables;
  readonly sysctls: Sysctls;
  readonly terminals: Terminals;
  readonly sockets: Sockets;
  readonly probe: HostProbe;
}
