/** Arguments of a step: plain JSON, since they are journaled and read back by a later daemon. */
export type StepArgs = Readonly<Record<string, unknown>>;

/** What a step handler gets besides its arguments. */
export interface StepContext {
  readonly operationId: string;
  /** Aborted when the operation is cancelled; never while a step is undone. */
  readonly signal: AbortSignal;
  /** Progress of this step from 0 to 1, with a few words for people. */
  progress(fraction: number, text?: string): void;
  /** What the operation answers with, where its kind has nothing of its own to say. */
  output(value: unknown): void;
  /** A line for the operation's log. */
  log(line: string): void;
}

/**
 * What an action does and how it is undone.
 *
 * INVARIANTS
 * - `do` may run again after it ran whole, or after it was cut off at any point and `undo` ran.
 * - `undo` succeeds when `do` never ran, ran in part, ran whole, or was undone already.
 * - An action without `undo` is either harmless to leave done or a point of no return.
 */
export interface StepHandler<Args extends StepArgs = StepArgs> {
  do(args: Args, context: StepContext): Promise<void>;
  undo?(args: Args, context: StepContext): Promise<void>;
}

/** Handlers by the name of their action. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments of each action are checked where plans are made, see `Step`
export type StepHandlers = Readonly<Record<string, StepHandler<any>>>;

type ArgsOf<Handler> = Handler extends StepHandler<infer Args> ? Args : never;

/** One step of a plan: an action of `Handlers` with the arguments that its handler takes. */
export type Step<Handlers extends StepHandlers = StepHandlers> = {
  readonly [Action in keyof Handlers & string]: {
    readonly action: Action;
    readonly title: string;
    readonly args: ArgsOf<Handlers[Action]>;
    /** Share of the whole operation's progress; 1 unless given. */
    readonly weight?: number;
    /** It needs nothing that the step before it makes, nor that one anything of it: they run side by side. */
    readonly beside?: boolean;
  };
}[keyof Handlers & string];

/**
 * What an operation will do.
 * `onCrash` says what a restarted daemon does with it: `rollback` undoes what was done, `resume` undoes the interrupted step and
 * goes on from there.
 */
export interface Plan<AnyStep extends Step = Step> {
  readonly steps: readonly AnyStep[];
  readonly onCrash: 'rollback' | 'resume';
  /** Index of the first step in which a cancel is no longer heard: the point of no return. */
  readonly cancellableBefore?: number;
  /** Seconds after which it is given up and undone, unless it is past its point of no return. */
  readonly timeLimit?: number;
}
