import type { BodyOf, OperationId, OperationTable, ParamsOf, QueryOf, ResultOf } from '@insula/contract';
import type { OperationRequest } from '@insula/operations';
import type { Caller } from '../access/caller.ts';

type IdsOfKind<Kind> = {
  [Id in OperationId]: OperationTable[Id]['kind'] extends Kind ? Id : never;
}[OperationId];

export type ReadId = IdsOfKind<'read' | 'edit'>;
export type ChangeId = IdsOfKind<'change'>;

/** The program at the other end. */
export interface ClientOfCall {
  /** What it calls itself. */
  readonly agent: string;
  /** Where it says that it found the node, as browsers write origins: not to be believed. */
  readonly origin: string;
  /** What it began at a provider or with a passkey, sealed; null without one. */
  readonly attempt: string | null;
  /** Has it keep that, or forget it. */
  keepAttempt(sealed: string | null): void;
  /** Says in the audit log who it was that is refused. */
  name(user: string): void;
  /** Gives it the secret of a session of this user. */
  begin(user: string, secret: string): void;
  /** Has it forget its session. */
  end(): void;
}

/** What a call was asked with, checked against its schemas. */
export interface CallInput<Id extends OperationId> {
  readonly params: ParamsOf<OperationTable[Id]>;
  readonly query: QueryOf<OperationTable[Id]>;
  readonly body: BodyOf<OperationTable[Id]>;
  /** Who asks; what the row needs is checked already. */
  readonly caller: Caller;
  readonly client: ClientOfCall;
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal;
}

/** The calls that answer at once. One for each row of the table: a missing or a wrong one does not compile. */
export type Reads = {
  readonly [Id in ReadId]: (
    input: CallInput<Id>,
  ) => ResultOf<OperationTable[Id]> | Promise<ResultOf<OperationTable[Id]>>;
};

/** What a change asks of the engine, and what to take back when the engine does not accept it. */
export interface Change {
  readonly request: Omit<OperationRequest, 'ifBusy'>;
  /** Snapshots that the VE would have after it, those that are being taken included; only where it takes one. */
  readonly snapshots?: number;
  /** Claims what planning needs (names, addresses…); called right before the operation is submitted, never for a dry run. */
  readonly reserve?: () => void;
  readonly release?: () => void;
}

/** A change, or what decides on it in the same turn in which it is submitted: so nobody else decides for the same in between. */
export type Decision = Change | (() => Change);

/** The calls that become operations. */
export type Changes = {
  readonly [Id in ChangeId]: (input: CallInput<Id>) => Decision | Promise<Decision>;
};
