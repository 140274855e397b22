import { type ErrorRow, errorCatalogue, exitCodes } from '../../packages/contract/src/index.ts';
import { code, generatedNote, page, prose, table } from './markdown.ts';

/** docs/reference/errors.md */
export function errorsPage(): string {
  const rows = Object.entries<ErrorRow>(errorCatalogue).map(([name, { status, exit, message, hint }]) => [
    code(name),
    String(status),
    String(exitCodes[exit]),
    prose(message),
    prose(hint),
  ]);
  return page([
    '# Errors',
    generatedNote,
    'Every error has a stable code. The API answers with an RFC 9457 problem (`application/problem+json`) that carries it as `code`, with what failed in `detail`, what to do in `hint` and the values in `details`; an operation that fails holds the same in `error`. `insula` prints both and ends with the exit code of the class ([exit codes](exit-codes.md)).',
    table(['Code', 'HTTP', 'Exit', 'What failed', 'What to do'], rows),
  ]);
}
