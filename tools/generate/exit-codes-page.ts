import { type ExitClass, exitCodeMeanings, exitCodes } from '../../packages/contract/src/index.ts';
import { generatedNote, page, prose, table } from './markdown.ts';

/** Exit codes of the command line, with those that every shell knows. */
export const allExitCodes: readonly { readonly code: number; readonly meaning: string }[] = [
  ...Object.entries(exitCodes).map(([name, code]) => ({
    code,
    meaning: exitCodeMeanings[name as ExitClass],
  })),
  { code: 130, meaning: 'interrupted; an operation that was begun goes on' },
];

/** docs/reference/exit-codes.md */
export function exitCodesPage(): string {
  return page([
    '# Exit codes',
    generatedNote,
    'What `insula` ends with. Of several targets, the first that failed decides.',
    table(
      ['Code', 'Meaning'],
      allExitCodes.map(({ code, meaning }) => [String(code), prose(meaning)]),
    ),
    '`exec`, `enter` and `console` answer every failure of their own with 125, so that no exit code of the command inside can be taken for one of `insula`; a command that a signal ended gives 128 and the number of the signal, as in a shell.',
  ]);
}
