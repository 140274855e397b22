import { type ErrorCode, errorCatalogue } from './catalogue.ts';
import type { ErrorRow } from './error-row.ts';
import { exitCodes } from './exit-codes.ts';
import type { Problem } from './problem.ts';

export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** An error of the catalogue. Its message and hint are filled from the row of its code and from the details. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { readonly cause?: unknown } = {}) {
    const row: ErrorRow = errorCatalogue[code];
    super(fill(row.message, details), options);
    this.code = code;
    this.hint = fill(row.hint, details);
    this.details = details;
  }

  get status(): number {
    return errorCatalogue[this.code].status;
  }

  get exitCode(): number {
    return exitCodes[errorCatalogue[this.code].exit];
  }

  /** The RFC 9457 body that the API answers with and operations store. */
  toProblem(): Problem {
    return {
      type: `urn:insula:error:${this.code}`,
      title: errorCatalogue[this.code].message.replaceAll(/[{}]/g, ''),
      status: this.status,
      detail: this.message,
      code: this.code,
      hint: this.hint,
      details: this.details as Problem['details'],
    };
  }

  /** The error that a problem body stands for; unknown codes (a newer daemon) become `internal`. */
  static fromProblem(problem: Problem): CodedError {
    if (Object.hasOwn(errorCatalogue, problem.code))
      return new CodedError(problem.code as ErrorCode, problem.details);
    return new CodedError('internal', { problem: problem.detail });
  }
}

/** A new error of the catalogue, to be thrown. */
export function fault(
  code: ErrorCode,
  details: ErrorDetails = {},
  options: { readonly cause?: unknown } = {},
): CodedError {
  return new CodedError(code, details, options);
}

/** Any thrown value as an error of the catalogue: coded errors as they are, everything else as `internal`. */
export function asCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const problem = error instanceof Error ? error.message : String(error);
  return new CodedError('internal', { problem }, { cause: error });
}

function fill(template: string, details: ErrorDetails): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    if (value === undefined) return whole;
    return Array.isArray(value) ? value.join(', ') : String(value);
  });
}
