import type { OperationId } from '@insula/contract';
import type { ReactNode } from 'react';
import { useRefusal, useWho } from '../../access/who.tsx';
import { Action } from '../../parts/action.tsx';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { type PlainColumn, PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

export interface ProofsProps {
  /** Whose; left out: of who looks. */
  readonly user?: string;
  /** What can be made here. */
  readonly actions?: ReactNode;
}

export const ofUser = (user: string | undefined) => (user === undefined ? {} : { query: { user } });

/** Why nothing of somebody else can be ended; null: it can. */
export function useEndRefusal(user: string | undefined): string | null {
  const refusal = useRefusal();
  const who = useWho();
  const manages: OperationId = 'user.set';
  return user === undefined || user === who.user ? null : refusal(manages);
}

interface RevocableSectionProps<Row extends { readonly name: string }> extends ProofsProps {
  readonly title: string;
  readonly help?: ReactNode;
  readonly rows: readonly Row[] | undefined;
  readonly error: unknown;
  readonly empty: string;
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly PlainColumn<Row>[];
  /** What else can be done with a row. */
  readonly rowActions?: (row: Row) => ReactNode;
  readonly words?: typeof text.access.proofs.revoking;
  readonly onRevoke: (key: string, done: string) => Promise<void>;
}

/** Things that stand for somebody, and can be taken back. */
export function RevocableSection<Row extends { readonly name: string }>({
  user,
  actions,
  title,
  help,
  rows,
  error,
  empty,
  keyOf,
  columns,
  rowActions,
  words = text.access.proofs.revoking,
  onRevoke,
}: RevocableSectionProps<Row>) {
  const refusal = useEndRefusal(user);
  const [askName, question] = useConfirmName();
  const revoke = (row: Row) =>
    askName({
      title: words.title(row.name),
      help: words.help,
      name: row.name,
      verb: words.verb,
      onConfirm: () => onRevoke(keyOf(row), words.done(row.name)),
    });
  return (
    <Section title={title} actions={actions}>
      {help}
      <PlainTable
        label={title}
        rows={rows}
        error={error}
        rowKey={keyOf}
        empty={empty}
        columns={[...columns]}
        actions={(row) => (
          <>
            {rowActions?.(row)}
            <Action refusal={refusal} onClick={() => revoke(row)}>
              {words.verb}
            </Action>
          </>
        )}
      />
      {question}
    </Section>
  );
}
