import { asCodedError, CodedError, type Command, type CommandOption, exitCodes } from '@insula/contract';
import type { Context } from '../context.ts';
import { singleLine } from '../output/sanitize.ts';
import { UsageError } from './usage-error.ts';

/** Commands whose exit code is that of the command inside the VE: failures of their own have one code. */
const passThrough: ReadonlySet<string> = new Set(['exec', 'enter', 'console']);

/** The user left before the end: 128 + SIGINT, as shells have it. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly exitCode = 130;
}

export function exitCodeOf(error: unknown, verb = ''): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (passThrough.has(verb)) return exitCodes.execFailed;
  if (error instanceof UsageError) return exitCodes.usage;
  return asCodedError(error).exitCode;
}

export interface ReportOptions {
  readonly command?: Command | undefined;
  readonly json?: boolean | undefined;
  /** What it was about, where several things were asked for. */
  readonly target?: string | undefined;
  /** The operation that failed. */
  readonly operation?: string | undefined;
}

/** Says on standard error what failed and what to do about it; with `json` as a problem body in one line. */
export function reportError({ stderr }: Context, error: unknown, options: ReportOptions = {}): void {
  const { message, hint } = explain(error, options);
  if (options.json) {
    const problem = error instanceof UsageError ? usageProblem(error) : asCodedError(error).toProblem();
    const { target, operation } = options;
    stderr.write(
      `${JSON.stringify({ ...problem, ...(target ? { target } : {}), ...(operation ? { operation } : {}) })}\n`,
    );
    return;
  }
  const about =
    options.target !== undefined && !message.includes(options.target) ? `${options.target}: ` : '';
  const lines = [`insula: ${about}${message}`];
  if (hint !== undefined && hint !== '') lines.push(`hint: ${hint}`);
  if (options.operation !== undefined)
    lines.push(`hint: \`insula operation show ${options.operation}\` shows its steps and log`);
  stderr.write(lines.map((line) => `${singleLine(line)}\n`).join(''));
}

function explain(
  error: unknown,
  { command }: ReportOptions,
): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof UsageError || error instanceof Interrupted) {
    return { message: error.message, hint: error instanceof UsageError ? error.hint : undefined };
  }
  const coded = asCodedError(error);
  const option = optionOf(coded, command?.options ?? []);
  if (!option) return { message: coded.message, hint: coded.hint };
  const { message } = new CodedError(coded.code, { ...coded.details, field: `--${option.flag}` });
  return { message, hint: `--${option.flag}: ${option.description}` };
}

/** The option that the field of an error came from: `--dns-servers` for `dns.servers.0`. */
function optionOf(error: CodedError, options: readonly CommandOption[]): CommandOption | undefined {
  const { field } = error.details;
  if (typeof field !== 'string') return undefined;
  const names = field
    .split(/[./]/)
    .filter((name) => name !== '' && name !== 'body' && name !== 'query' && !/^\d+$/.test(name));
  return options.find(
    ({ place, path }) =>
      place !== 'own' && path.length > 0 && path.every((name, index) => names[index] === name),
  );
}

function usageProblem({ message, hint = '' }: UsageError) {
  return {
    type: 'urn:insula:error:usage',
    title: 'wrong use of the command line',
    detail: message,
    code: 'usage',
    hint,
  };
}
