import { Text } from '@mantine/core';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { ofUser, type ProofsProps, RevocableSection, useEndRefusal } from './revocable-section.tsx';

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
        ]}
        actions={({ id, current }) =>
          current ? null : (
            <Action refusal={refusal} onClick={() => void end(id)}>
              {words.end}
            </Action>
          )
        }
      />
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
