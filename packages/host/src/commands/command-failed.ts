/** The facts of a command that did not succeed; exactly those that are known are set. */
export interface CommandFailure {
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxOutput: boolean;
  /** The program does not exist or may not be executed. */
  readonly isNotFound: boolean;
}

/** Characters of stderr that go into the message; the whole text stays in `stderr`. */
const stderrTailLength = 2_000;

/** A program of the host failed. `message` names the program, the reason and the end of what it wrote to stderr. */
export class CommandFailed extends Error implements CommandFailure {
  override readonly name = 'CommandFailed';
  readonly argv: readonly string[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxOutput: boolean;
  readonly isNotFound: boolean;

  constructor(failure: CommandFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.argv = failure.argv;
    this.exitCode = failure.exitCode;
    this.signal = failure.signal;
    this.stdout = failure.stdout;
    this.stderr = failure.stderr;
    this.timedOut = failure.timedOut;
    this.isCanceled = failure.isCanceled;
    this.isMaxOutput = failure.isMaxOutput;
    this.isNotFound = failure.isNotFound;
  }

  /** The same failure with other words on stderr. */
  withStderr(stderr: string): CommandFailed {
    const { argv, exitCode, signal, stdout, timedOut, isCanceled, isMaxOutput, isNotFound } = this;
    return new CommandFailed(
      { argv, exitCode, signal, stdout, stderr, timedOut, isCanceled, isMaxOutput, isNotFound },
      { cause: this },
    );
  }
}

const reasonOf = (failure: CommandFailure): string => {
  if (failure.isNotFound) return 'cannot be executed';
  if (failure.isCanceled) return 'was cancelled';
  if (failure.timedOut) return 'timed out';
  if (failure.isMaxOutput) return 'wrote too much';
  if (failure.signal !== null) return `was killed by ${failure.signal}`;
  return failure.exitCode === null ? 'failed' : `exited with ${failure.exitCode}`;
};

const describe = (failure: CommandFailure): string => {
  const tail = failure.stderr.trimEnd().slice(-stderrTailLength);
  const head = `${failure.argv.slice(0, 4).join(' ')} ${reasonOf(failure)}`;
  return tail === '' ? head : `${head}: ${tail}`;
};
