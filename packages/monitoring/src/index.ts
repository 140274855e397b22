export { HistoryKeeper, type HistoryQuery } from './history/history.ts';
export { type Point, packPoint, unpackPoint } from './history/points.ts';
export { spanOf } from './history/span.ts';
export { type HistoryStore, nodeSeries } from './history/store.ts';
export { metricsText } from './openmetrics/metrics-text.ts';
export type { DiskUse, Subject, VeReading } from './readings/reading.ts';
export { Sampler, type Snapshot, type VeSample } from './sampler/sampler.ts';
