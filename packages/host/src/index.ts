export type { BlockDevices } from './block-devices/block-devices.ts';
export type { Btrfs, SubvolumeUsage } from './btrfs/btrfs.ts';
export type { CgroupSubtreeEntry } from './cgroups/cgroup-subtree.ts';
export type {
  CgroupHierarchies,
  CgroupLayout,
  Cgroups,
  CreateCgroupOptions,
  Watch,
} from './cgroups/cgroups.ts';
export { FakeCgroups } from './cgroups/fake-cgroups.ts';
export type { CommandFailure } from './commands/command-failed.ts';
export { CommandFailed } from './commands/command-failed.ts';
export type {
  CommandExit,
  CommandOptions,
  CommandOutput,
  CommandRunner,
  RunningCommand,
  StartOptions,
  StreamDisposition,
} from './commands/command-runner.ts';
export type { RecordedCommand, ScriptedAnswer } from './commands/fake-command-runner.ts';
export { RecordingCommandRunner } from './commands/fake-command-runner.ts';
export type {
  Conmon,
  ConmonCreate,
  ConmonCreated,
  ConmonExit,
  ConmonRestore,
  ConmonWatch,
} from './conmon/conmon.ts';
export { FakeConmon } from './conmon/fake-conmon.ts';
export type {
  ConsoleEndpoint,
  ConsoleInput,
  ConsoleLogFollow,
  ConsoleLogs,
  Consoles,
} from './console/console.ts';
export { FakeConsoleLogs, FakeConsoles } from './console/fake-console.ts';
export type { CheckpointImages, ImageDigest } from './criu/checkpoint-images.ts';
export type { TerminalOwner } from './criu/console-images.ts';
export type { Criu } from './criu/criu.ts';
export { FakeCheckpointImages } from './criu/fake-checkpoint-images.ts';
export { FakeRestoreGates } from './criu/fake-restore-gates.ts';
export type { GateState, RestoreGates, RestoreStage } from './criu/restore-gates.ts';
export { gateProgram } from './criu/restore-gates.ts';
export type { Crypt } from './crypt/crypt.ts';
export { FakeCrypt } from './crypt/fake-crypt.ts';
export { type DiskImage, type DiskImages, ImageInUse, type NewDiskImage } from './disk-images/disk-images.ts';
export type { Dnsmasq, RunningDnsmasq } from './dnsmasq/dnsmasq.ts';
export type {
  CriuFacts,
  GatherFacts,
  HostFacts,
  HostProbe,
  OverlayFacts,
  ToolFact,
} from './facts/host-facts.ts';
export { FakeHost } from './fake-host.ts';
export { FakeFiles } from './files/fake-files.ts';
export type { DirEntry, DirWatch, FileStat, FileSystemFacts, Files, WriteOptions } from './files/files.ts';
export { FakeGuestCounter } from './guest-counts/fake-guest-counter.ts';
export type { GuestCounter, GuestCounts } from './guest-counts/guest-counts.ts';
export { FakeGuestFiles } from './guest-files/fake-guest-files.ts';
export {
  GuestFileChanged,
  type GuestFileFacts,
  type GuestFileRequest,
  type GuestFiles,
  type GuestFileWrite,
  type GuestPlace,
} from './guest-files/guest-files.ts';
export { FakeGuestLimits } from './guest-limits/fake-guest-limits.ts';
export type { GuestLimits, ProcessLimitName } from './guest-limits/guest-limits.ts';
export { FakeGuestMounts } from './guest-mounts/fake-guest-mounts.ts';
export type { GuestMount, GuestMounts, Rebinding } from './guest-mounts/guest-mounts.ts';
export { FakeGuestNetworks } from './guest-network/fake-guest-networks.ts';
export type {
  GuestLinkFacts,
  GuestNetwork,
  GuestNetworkScript,
  GuestNetworks,
} from './guest-network/guest-networks.ts';
export { FakeGuestTrees } from './guest-tree/fake-guest-trees.ts';
export type { GuestOwner, GuestStat, GuestTree, GuestTrees } from './guest-tree/guest-tree.ts';
export type { Host } from './host.ts';
export { FakeIdentityProvider, FakeUserDirectory } from './identity/fake-identity.ts';
export type {
  Claims,
  IdentityProvider,
  LoginAttempt,
  ProviderSettings,
} from './identity/identity-provider.ts';
export type { DirectoryPerson, DirectorySettings, UserDirectory } from './identity/user-directory.ts';
export { FakeGuestInspector } from './inspection/fake-guest-inspector.ts';
export type {
  ComparedNamespace,
  DescriptorFacts,
  GuestFacts,
  GuestInspector,
  GuestMountFacts,
  ProcessFacts,
  StrayFacts,
} from './inspection/guest-inspector.ts';
export type { RecordedBatch } from './links/fake-links.ts';
export { FakeLinks } from './links/fake-links.ts';
export type { LinkInfo, Links, LinksOptions, NamespaceHolder, RouteInfo } from './links/links.ts';
export type { LinuxHostOptions } from './linux-host.ts';
export { createLinuxHost } from './linux-host.ts';
export { FakeMailer, FakeWebhooks } from './messages/fake-messages.ts';
export type { Mail, Mailer, MailServer } from './messages/mailer.ts';
export type { WebhookPost, Webhooks } from './messages/webhooks.ts';
export { FakeMounts } from './mounts/fake-mounts.ts';
export type {
  BindMount,
  MountEntry,
  Mounts,
  OverlayMount,
  TmpfsMount,
  UnmountOptions,
} from './mounts/mounts.ts';
export { FakeNeighbours } from './neighbours/fake-neighbours.ts';
export { isOnLink } from './neighbours/linux-neighbours.ts';
export type { LocalNetwork, Neighbours, Probe } from './neighbours/neighbours.ts';
export { FakeNftables } from './nftables/fake-nftables.ts';
export type { Nftables, NftablesOptions, NftTable } from './nftables/nftables.ts';
export { FakeProcesses } from './processes/fake-processes.ts';
export type { ProcessDetails } from './processes/process-details.ts';
export type { Processes, ProcessIdentity, WaitOptions } from './processes/processes.ts';
export { FakeQuotas } from './quotas/fake-quotas.ts';
export type { QuotaLimits, QuotaRecord, Quotas, QuotaType } from './quotas/quotas.ts';
export { FakeRunc } from './runc/fake-runc.ts';
export type { Runc, RuncCheckpoint, RuncExec, RuncOptions, RuncState, RuncStatus } from './runc/runc.ts';
export { sealRunc } from './runc/sealed-runc.ts';
export type { PeerCredentials, Sockets } from './sockets/sockets.ts';
export { FakeStatistics } from './statistics/fake-statistics.ts';
export type {
  DeviceIo,
  GroupLimits,
  GroupPaths,
  GroupStatistics,
  LinkStatistics,
  NodeStatistics,
  OomVictim,
  Pressure,
  PressureStatistics,
  Statistics,
} from './statistics/statistics.ts';
export { hasErrorCode, SystemError } from './syscalls/system-error.ts';
export { FakeSysctls } from './sysctls/fake-sysctls.ts';
export type { Sysctls } from './sysctls/sysctls.ts';
export type { Terminal, TerminalExit, TerminalSpawn, Terminals } from './terminals/terminals.ts';
export { FakeTrafficControl } from './traffic-control/fake-traffic-control.ts';
export type { TrafficControl } from './traffic-control/traffic-control.ts';
export { treeDifference } from './transfer/tree-difference.ts';
export type { Packing, TreeDifference, TreeState, TreeTransfer } from './transfer/tree-transfer.ts';
export type { ExtendedAttribute, Stub, TreeEntry, TreeEntryKind, Trees } from './trees/trees.ts';
export { FakeUpperTrees } from './upper-trees/fake-upper-trees.ts';
export type { UpperChanges, UpperTrees } from './upper-trees/upper-trees.ts';
export type { IdRange, UserNamespaces } from './user-namespaces/user-namespaces.ts';
