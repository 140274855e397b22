import { type Operation, operationTable } from '@insula/contract';
import { text } from '../text/index.ts';

/** What a call is called; its id where a later node makes calls that this panel does not know. */
export function callTitle(id: string): string {
  return Object.hasOwn(operationTable, id) ? operationTable[id as keyof typeof operationTable].title : id;
}

/** What an operation does, in words: the title of the call that asked for it, or what the node does by itself, and what it is about. */
export function operationTitle({ kind, target }: Pick<Operation, 'kind' | 'target'>): string {
  const own: Readonly<Record<string, string>> = text.operationKinds;
  const title = own[kind] ?? callTitle(kind);
  return title === kind
    ? `${kind} ${target.name}`
    : `${title.replace(/ (?:a|an) (?:VE|template)$/, '')}: ${target.name}`;
}
