import type { Static, TSchema } from 'typebox';
import type { CallScope } from '../access/call-scope.ts';
import type { Privilege } from '../access/privileges.ts';
import type { ErrorCode } from '../errors/catalogue.ts';
import type { VeState } from '../schemas/states.ts';

/** A column of a table that the CLI can print; `path` is a dotted path into a row. */
export interface Column {
  readonly key: string;
  readonly title: string;
  readonly path: string;
  /** Shown without `-o`. */
  readonly shown: boolean;
  readonly align?: 'right';
}

export interface Example {
  readonly command: string;
  readonly text: string;
}

/** How a call looks on the command line. Options derive from query and body schemas. */
export interface CommandLine {
  readonly verb: readonly string[];
  /** Path parameters, query and body fields given by position, in order. One of them may take several values. */
  readonly positionals: readonly {
    readonly field: string;
    readonly several?: boolean;
    readonly optional?: boolean;
  }[];
  /** `ve`: `--all` and several targets, one call and one result for each. */
  readonly each?: 've' | 'template' | 'operation';
  /** How many of several targets are worked on at once; without it as the command line likes. */
  readonly parallel?: number;
  readonly columns?: readonly Column[];
  readonly examples: readonly Example[];
  /** What an `edit` answers is worth printing. */
  readonly shows?: boolean;
  /** The CLI has code of its own for this verb: streams, files, terminals. */
  readonly own?: boolean;
}

/**
 * read: answers at once, changes nothing · change: becomes a durable operation (202) · edit: small change, answers at once ·
 * socket: WebSocket · events: Server-Sent Events · download / upload: a byte stream
 */
export type CallKind = 'read' | 'change' | 'edit' | 'socket' | 'events' | 'download' | 'upload';

/** One call of the API: the single source of its route, documentation, CLI verb, permission and tests. */
export interface OperationDefinition {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly kind: CallKind;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path with `{name}` parameters. */
  readonly path: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** What it answers; of a `change`, the `result` of the operation. */
  readonly result: TSchema;
  readonly contentType?: string;
  readonly errors: readonly ErrorCode[];
  readonly permission: Privilege;
  /** Where the permission must be held; default: on the VE or operation that the path names, else on the node. */
  readonly scope?: CallScope;
  /** What must be held on the VE of the path besides, since its content goes elsewhere. */
  readonly takesFrom?: Privilege;
  /** States a VE must be in; checked in one place before the plan is made. */
  readonly states?: readonly VeState[];
  /** A dry run can be asked for. */
  readonly planned?: boolean;
  readonly cli?: CommandLine;
}

/** Identity with precise types, so that handlers are checked against the schemas of their row. */
export function defineOperation<const Definition extends OperationDefinition>(
  definition: Definition,
): Definition {
  return definition;
}

type StaticOr<Schema, Otherwise> = Schema extends TSchema ? Static<Schema> : Otherwise;

export type ParamsOf<D extends OperationDefinition> = StaticOr<D['params'], Record<never, never>>;
export type QueryOf<D extends OperationDefinition> = StaticOr<D['query'], Record<never, never>>;
export type BodyOf<D extends OperationDefinition> = StaticOr<D['body'], undefined>;
export type ResultOf<D extends OperationDefinition> = StaticOr<D['result'], unknown>;

/** Shorthand for a column. */
export function column(key: string, options: Partial<Omit<Column, 'key'>> = {}): Column {
  return { key, title: key.toUpperCase(), path: key, shown: true, ...options };
}
