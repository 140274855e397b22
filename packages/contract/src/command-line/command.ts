import type { Column, Example, OperationDefinition } from '../operations/definition.ts';

export type OptionKind = 'boolean' | 'integer' | 'number' | 'string' | 'enum' | 'list' | 'map' | 'amount';

/** Names that a running node knows and shell completion offers. */
export type NameKind = 've' | 'template' | 'operation';

/** An option of a command. Its value goes to `path` in the query or the body; `own` ones are the command line's business. */
export interface CommandOption {
  /** Without dashes, in kebab-case. */
  readonly flag: string;
  /** Other flags of the same meaning (`ram` for `physpages`). */
  readonly aliases: readonly string[];
  readonly short?: string;
  readonly place: 'query' | 'body' | 'own';
  readonly path: readonly string[];
  readonly kind: OptionKind;
  /** Of an enum, and of a list whose items are one. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** What stands for the value in help texts. */
  readonly placeholder: string;
  readonly description: string;
  readonly default?: string;
  readonly required: boolean;
  /** A boolean that `--no-FLAG` sets to false. */
  readonly negatable: boolean;
  /** The call takes null here: an amount `default`, or a key without a value, says so. */
  readonly nullable: boolean;
  /** A path on the node: a relative one counts from where the caller is. */
  readonly file?: boolean;
  /** Name of the parameter that an amount belongs to. */
  readonly parameter?: string;
  readonly completes?: NameKind;
}

export interface CommandPositional {
  readonly field: string;
  readonly place: 'params' | 'query' | 'body' | 'own';
  readonly several: boolean;
  readonly optional: boolean;
  readonly description: string;
  readonly completes?: NameKind | 'file' | 'path' | 'command';
  readonly values?: readonly string[];
}

/** A field that nobody should see, such as a password. */
export interface CommandSecret {
  readonly field: string;
  readonly required: boolean;
  readonly description: string;
}

/** A verb of the command line: enough for its parser, help, completion, manual page and reference. */
export interface Command {
  readonly verb: readonly string[];
  readonly title: string;
  readonly description: string;
  /** The call that it makes; absent from verbs that live in the command line alone. */
  readonly operation?: OperationDefinition;
  readonly positionals: readonly CommandPositional[];
  readonly options: readonly CommandOption[];
  /** Fields of the body that are asked for. */
  readonly secrets?: readonly CommandSecret[];
  readonly columns: readonly Column[];
  readonly examples: readonly Example[];
  readonly each?: 've' | 'template' | 'operation';
  readonly own: boolean;
}

export interface DerivedCommand extends Command {
  readonly operation: OperationDefinition;
}
