import type { OperationId } from '@insula/contract';
import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useRefusal, useWho } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { type PlainColumn, PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

interface ProofsProps {
  /** Whose; left out: of who looks. */
  readonly user?: string;
  /** What can be made here. */
  readonly actions?: ReactNode;
}

const ofUser = (user: string | undefined) => (user === undefined ? {} : { query: { user } });

/** Why nothing of somebody else can be ended; null: it can. */
function useEndRefusal(user: string | undefined): string | null {
  const refusal = useRefusal();
  const who = useWho();
  const manages: OperationId = 'user.set';
  return user === undefined || user === who.user ? null : refusal(manages);
}

/** Logins that last. */
export function SessionsSection({ user, actions }: ProofsProps) {
  const { data, error } = useFreshRead('session.list', ofUser(user));
  const refusal = useEndRefusal(user);
  const words = text.access.proofs;
  const end = async (session: string) => {
    await edit('session.revoke', { params: { session } }, words.ended);
    outdated('session.list');
  };
  return (
    <Section title={words.sessions} actions={actions}>
      <PlainTable
        label={words.sessions}
        rows={data}
        error={error}
        rowKey={({ id }) => id}
        empty={words.noSessions}
        columns={[
          {
            title: words.from,
            cell: ({ from, current }) => (current ? `${from} · ${words.current}` : from),
          },
          {
            title: words.agent,
            cell: ({ agent }) => (
              <Text size="sm" lineClamp={1} maw={320} title={agent}>
                {agent}
              </Text>
            ),
          },
          {
            title: words.login,
            cell: ({ createdAt }) => <span title={formatDateTime(createdAt)}>{formatAge(createdAt)}</span>,
          },
          { title: words.lastUsed, cell: ({ lastUsedAt }) => formatAge(lastUsedAt) },
          {
            title: text.access.actions,
            align: 'right',
            isActions: true,
            cell: ({ id, current }) =>
              current ? null : (
                <Action refusal={refusal} onClick={() => void end(id)}>
                  {words.end}
                </Action>
              ),
          },
        ]}
      />
    </Section>
  );
}

interface RevocableSectionProps<Row extends { readonly name: string }> extends ProofsProps {
  readonly title: string;
  readonly rows: readonly Row[] | undefined;
  readonly error: unknown;
  readonly empty: string;
  readonly keyOf: (row: Row) => string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly onRevoke: (key: string, done: string) => Promise<void>;
}

/** Things that stand for somebody, and can be taken back. */
function RevocableSection<Row extends { readonly name: string }>({
  user,
  actions,
  title,
  rows,
  error,
  empty,
  keyOf,
  columns,
  onRevoke,
}: RevocableSectionProps<Row>) {
  const refusal = useEndRefusal(user);
  const [asked, setAsked] = useState<{ readonly key: string; readonly name: string } | null>(null);
  const words = text.access.proofs;
  return (
    <Section title={title} actions={actions}>
      <PlainTable
        label={title}
        rows={rows}
        error={error}
        rowKey={keyOf}
        empty={empty}
        columns={[
          ...columns,
          {
            title: text.access.actions,
            align: 'right',
            isActions: true,
            cell: (row) => (
              <Action refusal={refusal} onClick={() => setAsked({ key: keyOf(row), name: row.name })}>
                {words.revoke}
              </Action>
            ),
          },
        ]}
      />
      {asked && (
        <ConfirmName
          title={words.revokeTitle(asked.name)}
          help={words.revokeHelp}
          name={asked.name}
          verb={words.revoke}
          onClose={() => setAsked(null)}
          onConfirm={() => void onRevoke(asked.key, words.revoked(asked.name))}
        />
      )}
    </Section>
  );
}

/** Tokens, without the tokens themselves. */
export function TokensSection({ user, actions }: ProofsProps) {
  const { data, error } = useFreshRead('token.list', ofUser(user));
  const words = text.access.proofs;
  return (
    <RevocableSection
      {...(user === undefined ? {} : { user })}
      actions={actions}
      title={words.tokens}
      rows={data}
      error={error}
      empty={words.noTokens}
      keyOf={({ id }) => id}
      columns={[
        { title: words.token, cell: ({ name }) => name },
        {
          title: words.limits,
          cell: ({ role, scope }) => [role, scope].filter(Boolean).join(', ') || words.unlimited,
        },
        { title: words.ends, cell: ({ expiresAt }) => formatDateTime(expiresAt) },
        {
          title: words.lastUsed,
          cell: ({ lastUsedAt }) => (lastUsedAt === null ? text.common.never : formatAge(lastUsedAt)),
        },
      ]}
      onRevoke={async (token, done) => {
        await edit('token.revoke', { params: { token } }, done);
        outdated('token.list');
      }}
    />
  );
}

/** Client certificates of programs and browsers. */
export function CertificatesSection({ user, actions }: ProofsProps) {
  const { data, error } = useFreshRead('certificate.list', ofUser(user));
  const words = text.access.proofs;
  return (
    <RevocableSection
      {...(user === undefined ? {} : { user })}
      actions={actions}
      title={words.certificates}
      rows={data}
      error={error}
      empty={words.noCertificates}
      keyOf={({ fingerprint }) => fingerprint}
      columns={[
        { title: words.certificate, cell: ({ name }) => name },
        {
          title: words.fingerprint,
          cell: ({ fingerprint }) => (
            <Text size="xs" ff="monospace" title={fingerprint}>
              {fingerprint.slice(0, 23)}…
            </Text>
          ),
        },
        { title: words.ends, cell: ({ expiresAt }) => formatDateTime(expiresAt) },
      ]}
      onRevoke={async (fingerprint, done) => {
        await edit('certificate.revoke', { params: { fingerprint } }, done);
        outdated('certificate.list');
      }}
    />
  );
}
