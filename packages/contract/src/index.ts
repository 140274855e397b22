export type { CallScope } from './access/call-scope.ts';
export { isForOwner, type Need, needsOf } from './access/needs.ts';
export { type Privilege, privileges, privilegeTable } from './access/privileges.ts';
export { abridged, parseAnswer, problemOf } from './calls/answer.ts';
export { outdatedReads } from './calls/outdated-reads.ts';
export { type CallInput, type CallRequest, requestOf, requestPath } from './calls/request.ts';
export { type ServerSentEvent, ServerSentEventParser } from './calls/server-sent-events.ts';
export type {
  Command,
  CommandOption,
  CommandPositional,
  CommandSecret,
  DerivedCommand,
  NameKind,
  OptionKind,
} from './command-line/command.ts';
export { deriveCommands } from './command-line/derive.ts';
export { asSchemaNode, isOptional } from './command-line/schema.ts';
export { type ErrorCode, errorCatalogue } from './errors/catalogue.ts';
export { asCodedError, CodedError, type ErrorDetails, fault } from './errors/coded-error.ts';
export type { ErrorRow } from './errors/error-row.ts';
export { type ExitClass, exitCodeMeanings, exitCodes } from './errors/exit-codes.ts';
export { Problem } from './errors/problem.ts';
export {
  type MetricRow,
  type NodeMetric,
  type NodeValues,
  nodeMetrics,
  type VeMetric,
  type VeValues,
  veMetrics,
} from './metrics/table.ts';
export { openApiDocument } from './openapi/document.ts';
export type {
  BodyOf,
  CallKind,
  Column,
  CommandLine,
  Example,
  OperationDefinition,
  ParamsOf,
  QueryOf,
  ResultOf,
} from './operations/definition.ts';
export { ListQuery, listFields, querySchemaOf } from './operations/list-query.ts';
export { type OperationId, type OperationTable, operationRows, operationTable } from './operations/table.ts';
export { formatAmount, parseAmount, rangeText } from './parameters/amounts.ts';
export { listOf, listProblem, numbersOf } from './parameters/lists.ts';
export type {
  CgroupControl,
  CgroupCounters,
  CgroupEncoding,
  CounterFile,
  GatheredCount,
  InnerSetting,
  Lack,
  ParameterRow,
} from './parameters/row.ts';
export { findParameter, type ParameterName, parameterTable } from './parameters/table.ts';
export {
  type AllParameterValues,
  type ParameterAmount,
  type ParameterPair,
  type ParameterValue,
  ParameterValues,
} from './parameters/values.ts';
export {
  AccessGrant,
  ApiToken,
  AuditRecord,
  AuditState,
  Authority,
  GrantCreate,
  type Realm,
  Role,
  RoleChange,
  RoleCreate,
  TokenCreate,
  TotpSecret,
  User,
  UserCertificate,
  UserChange,
  UserCreate,
  type UserRealm,
  UserSession,
  WhoAmI,
} from './schemas/access.ts';
export { AcmeConfig } from './schemas/acme-config.ts';
export {
  Alert,
  AlertChange,
  type AlertLevel,
  AlertMute,
  AlertReceiver,
  AlertReceiverAdd,
  AlertReceiverAdded,
  AlertRule,
  AlertRuleAdd,
  AlertRuleChange,
  AlertSettings,
  alertLevels,
} from './schemas/alert.ts';
export { ApplicationSettings, ApplicationStatus, ApplicationSummary } from './schemas/application.ts';
export { CapacityRow } from './schemas/capacity.ts';
export { CheckpointBlocker, CheckpointCheck } from './schemas/checkpoint.ts';
export { NodeEvent } from './schemas/event.ts';
export {
  ConsoleRequest,
  ExecRequest,
  maxStreamFrame,
  StreamControl,
  StreamEnd,
  streamChannel,
  type WindowSize,
} from './schemas/exec.ts';
export {
  Firewall,
  FirewallPolicy,
  FirewallRule,
  FirewallRuleAdd,
  FirewallRuleChange,
  FirewallRuleUse,
} from './schemas/firewall.ts';
export { type AccountChange, type AccountCreate, VeAccount } from './schemas/guest-account.ts';
export { encodedPathPrefix, GuestFile, type GuestFileChange } from './schemas/guest-file.ts';
export { type ProcessSignal, signalNumbers } from './schemas/guest-process.ts';
export {
  InterfaceAdd,
  InterfaceChange,
  InterfaceView,
  mostInterfaces,
  NetworkInterface,
} from './schemas/interfaces.ts';
export type { JournalEntry } from './schemas/journal.ts';
export { Beancounter, ParameterUse } from './schemas/limits.ts';
export {
  Login,
  LoginWays,
  type PasswordRealm,
  ProviderAnswer,
  ProviderLogin,
} from './schemas/login.ts';
export { Fingerprint, MigrationCheck, MigrationMode, NodeIdentity, Peer } from './schemas/migration.ts';
export {
  HistoryPoint,
  type HistoryResolution,
  historyResolutions,
  Reading,
  VeProcess,
  VeService,
  VeUsage,
} from './schemas/monitoring.ts';
export {
  ApplicationName,
  firstCtid,
  lastCtid,
  TemplateName,
  VeName,
  veNamePattern,
} from './schemas/names.ts';
export { PoolUse, VeTraffic } from './schemas/network.ts';
export { Finding, NodeInfo } from './schemas/node.ts';
export { NodeConfig } from './schemas/node-config.ts';
export { DryRun, Operation, OperationStep, OperationTarget } from './schemas/operation.ts';
export {
  Passkey,
  PasskeyCreated,
  PasskeyCreation,
  PasskeyProof,
  PasskeyRequest,
  type PasskeyTransport,
  passkeyTransports,
} from './schemas/passkey.ts';
export { Policy, PolicyChange, VePermissions } from './schemas/policy.ts';
export { GuestQuota, GuestQuotaChange } from './schemas/quota.ts';
export {
  Sample,
  SampleContent,
  SampleFinding,
  type SamplePart,
} from './schemas/sample.ts';
export { schemaFault } from './schemas/schema-fault.ts';
export {
  CheckpointCreate,
  Snapshot,
  SnapshotChange,
  SnapshotCreate,
  SnapshotView,
} from './schemas/snapshot.ts';
export {
  OperationState,
  operationStates,
  type StepState,
  type VeState,
  type VeTransition,
  veStates,
  veTransitions,
} from './schemas/states.ts';
export {
  type InitKind,
  initKinds,
  TemplateArchive,
  TemplateCreate,
  TemplateDetail,
  TemplateDiff,
  TemplateSummary,
  TemplateVerification,
  TemplateVersion,
} from './schemas/template.ts';
export { VeArchive, VeArchiveHead, VeExport, VeImport } from './schemas/ve-archive.ts';
export {
  defaultCapabilities,
  type Feature,
  featureCosts,
  features,
  grantableCapabilities,
  lastIdBase,
  VeSettings,
  VeSpec,
  type VolumeLayout,
  volumeLayouts,
} from './schemas/ve-spec.ts';
export {
  LastExit,
  VeChange,
  VeClone,
  VeCreate,
  VeDetail,
  VeMove,
  VeReinstall,
  VeStatus,
  VeSummary,
} from './schemas/ve-view.ts';
export {
  VeOptimization,
  VzfsCollection,
  VzfsOptimize,
  VzfsUse,
  VzfsVerification,
} from './schemas/vzfs.ts';
