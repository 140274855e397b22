import { CodedError, fault } from '../errors/coded-error.ts';
import type { Problem } from '../errors/problem.ts';

/** An answer with status 400 or above as an error. */
export function problemOf(text: string, status: number): CodedError {
  const problem = parseAnswer(text) as Partial<Problem> | null;
  if (typeof problem?.code === 'string' && typeof problem.detail === 'string') {
    return CodedError.fromProblem({ details: {}, ...problem } as Problem);
  }
  return fault('internal', { problem: `insulad answered ${status}: ${abridged(text)}` });
}

/** The body of an answer; null when it is no JSON. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The beginning of a text that may be long. */
export function abridged(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 2000)}… (${text.length} characters)`;
}
