import { type Operation, operationTable } from '@insula/contract';

/** What an operation does, in words: the title of the call that asked for it, and what it is about. */
export function operationTitle({ kind, target }: Pick<Operation, 'kind' | 'target'>): string {
  const row = Object.hasOwn(operationTable, kind)
    ? operationTable[kind as keyof typeof operationTable]
    : null;
  return row === null
    ? `${kind} ${target.name}`
    : `${row.title.replace(/ (?:a|an) (?:VE|template)$/, '')}: ${target.name}`;
}
