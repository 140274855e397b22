export type { AlertState } from './alerts/alert-state.ts';
export { type AlertStateStore, AlertWatcher } from './alerts/alert-watcher.ts';
export { Outbox, type OutboxStore, type OutgoingMessage } from './alerts/outbox.ts';
export { checkRule, completeRule, firstSettings } from './alerts/rules.ts';
export { HistoryKeeper, type HistoryQuery } from './history/history.ts';
export { type Point, packPoint, unpackPoint } from './history/points.ts';
export { spanOf } from './history/span.ts';
export { type HistoryStore, nodeSeries } from './history/store.ts';
export { metricsText } from './openmetrics/metrics-text.ts';
export type { DiskUse, Subject, VeReading } from './readings/reading.ts';
export { type RefusalNews, RefusalTeller } from './refusals/refusal-teller.ts';
export { Sampler, type Snapshot, type VeSample } from './sampler/sampler.ts';
export {
  Accountant,
  type MonthlyUsage,
  type UsageStore,
} from './usage/accountant.ts';
export type { ClassTraffic, UsageAmounts } from './usage/amounts.ts';
export type { UsageBook } from './usage/book.ts';
export { usageCsv, usageView } from './usage/view.ts';
