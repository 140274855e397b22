import type { NodeEvent, OperationDefinition } from '@insula/contract';

type EditEvent = Omit<Extract<NodeEvent, { kind: 'edit' }>, 'id' | 'at'>;

/** What an edit was asked with, and by whom. */
export interface Edit {
  readonly row: OperationDefinition;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Name of the caller, or of who has just logged in by it. */
  readonly who: string;
}

type Fields = Readonly<Record<string, unknown>> | undefined;

/** The event that tells of an edit which was made. A VE that is named is looked up: names change. */
export function editEvent(
  { row, params, query, body, who }: Edit,
  findVe: (reference: string) => { readonly uuid: string; readonly name: string } | null,
): EditEvent {
  const field = (from: unknown, name: string) => {
    const value = (from as Fields)?.[name];
    return typeof value === 'string' ? value : null;
  };
  const reference = field(params, 've') ?? (row.scope === 'named' ? field(body, 've') : null);
  const ve = reference === null ? null : findVe(reference);
  const isPersonal = row.scope === 'own' || row.scope === 'open';
  return {
    kind: 'edit',
    call: row.id,
    uuid: ve?.uuid ?? null,
    name: ve?.name ?? null,
    user: isPersonal ? (field(params, 'user') ?? field(query, 'user') ?? who) : null,
  };
}
