export { Arrivals } from './arrivals.ts';
export { Incoming, type IncomingPorts } from './incoming.ts';
export { checkMigration, migrationKinds } from './kinds.ts';
export { readHandedOver } from './marks.ts';
export type { ArrivalPlanInput } from './plans.ts';
export type { MigrationPorts, PeerLink } from './ports.ts';
export type { PeerCall, PeerCalls, PeerStream } from './protocol.ts';
export { sourceActions } from './source-actions.ts';
export { targetActions } from './target-actions.ts';
