export { type VeHandlers, type VeStep, veActions } from './actions/actions.ts';
export { nextCtid, nextIdBase } from './allocation.ts';
export { allowed } from './allowed.ts';
export type { ApplicationInput } from './applications/application-kinds.ts';
export { applicationStatus } from './applications/application-status.ts';
export { autostartOrder } from './autostart.ts';
export {
  type CloneInput,
  copyKinds,
  movedSpec,
  type ReinstallInput,
  type SnapshotInput,
} from './copy-kinds.ts';
export { endAbandonedExecs } from './exec/end-abandoned.ts';
export { ExecRoom } from './exec/exec-room.ts';
export { type PreparedExec, prepareExec } from './exec/prepare-exec.ts';
export { listGuestQuotas, setGuestQuota } from './guest-quotas.ts';
export { AccountsInside, accountsInside } from './inside/accounts-inside.ts';
export { actOnService } from './inside/act-on-service.ts';
export { FilesInside } from './inside/files-inside.ts';
export { journalInside } from './inside/journal-inside.ts';
export { processesInside } from './inside/processes-inside.ts';
export { servicesInside } from './inside/services-inside.ts';
export { type NewPassword, setPassword } from './inside/set-password.ts';
export { signalInside } from './inside/signal-inside.ts';
export type { InterfaceAddInput, InterfaceRemoveInput, InterfaceSetInput } from './interface-kinds.ts';
export { type CreateInput, type SetInput, veKinds } from './kinds.ts';
export { linkOf } from './link-of.ts';
export { loadVes, type Unreadable } from './load.ts';
export { compileOciConfig } from './oci/compile.ts';
export { type OptimizeInput, optimizeKinds } from './optimize-kinds.ts';
export { OptimizeOnStop } from './optimize-on-stop.ts';
export { type Copied, inStillness, noteSnapshotStep } from './plans/copy-plans.ts';
export { planResume, type VePlan } from './plans/plans.ts';
export { withRemarks } from './plans/remarks.ts';
export { claimStep, limitInsideSteps, mountSteps, startSteps } from './plans/start-steps.ts';
export { disconnectStep, killSteps, type Shutdown, settleSteps, shutdownSteps } from './plans/stop-steps.ts';
export { withTimeLimit } from './plans/time-limit.ts';
export type { GoldenWish, VePorts } from './ports.ts';
export { type RegistryChange, type VeEntry, VeRegistry } from './registry.ts';
export {
  type CgroupLayout,
  cgroupLayout,
  type NodeLayout,
  type RunLayout,
  runLayout,
} from './run-layout.ts';
export { readRunRecord, writeRunRecord } from './run-record.ts';
export { asItRuns, stateOf } from './runtime.ts';
export { changedSpec, clonedSpec, importedSpec, newSpec, readSpec } from './spec.ts';
export { VeSupervisor, veLock } from './supervisor.ts';
export { VeFiles } from './ve-files.ts';
export { detailOf, type Holder, statusOf, summaryOf } from './views.ts';
export { VisibleFilesKeeper } from './visible-files-keeper.ts';
