export { type EngineOptions, OperationEngine, type OperationRequest } from './engine.ts';
export type { FaultInjector, FaultPoint } from './executor.ts';
export type { Journal, JournalQuery } from './journal.ts';
export { MemoryJournal } from './memory-journal.ts';
export { isCancellable, isFinished, type OperationRecord, type StepRecord } from './record.ts';
export type { OperationKind } from './runner.ts';
export type { Plan, Step, StepArgs, StepContext, StepHandler, StepHandlers } from './step.ts';
export { Turns } from './turns.ts';
