import type { OperationId } from '@insula/contract';
import { Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useRefusal, useWho } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
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

/** Tokens, without the tokens themselves. */
export function TokensSection({ user, actions }: ProofsProps) {
  const { data, error } = useFreshRead('token.list', ofUser(user));
  const refusal = useEndRefusal(user);
  const [asked, setAsked] = useState<{ readonly id: string; readonly name: string } | null>(null);
  const words = text.access.proofs;
  const revoke = async (token: string, name: string) => {
    await edit('token.revoke', { params: { token } }, words.revoked(name));
    outdated('token.list');
  };
  return (
    <Section title={words.tokens} actions={actions}>
      <PlainTable
        label={words.tokens}
        rows={data}
        error={error}
        rowKey={({ id }) => id}
        empty={words.noTokens}
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
          {
            title: text.access.actions,
            align: 'right',
            isActions: true,
            cell: (token) => (
              <Action refusal={refusal} onClick={() => setAsked(token)}>
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
          onConfirm={() => void revoke(asked.id, asked.name)}
        />
      )}
    </Section>
  );
}

/** Client certificates of programs and browsers. */
export function CertificatesSection({ user, actions }: ProofsProps) {
  const { data, error } = useFreshRead('certificate.list', ofUser(user));
  const refusal = useEndRefusal(user);
  const [asked, setAsked] = useState<{ readonly fingerprint: string; readonly name: string } | null>(null);
  const words = text.access.proofs;
  const revoke = async (fingerprint: string, name: string) => {
    await edit('certificate.revoke', { params: { fingerprint } }, words.revoked(name));
    outdated('certificate.list');
  };
  return (
    <Section title={words.certificates} actions={actions}>
      <PlainTable
        label={words.certificates}
        rows={data}
        error={error}
        rowKey={({ fingerprint }) => fingerprint}
        empty={words.noCertificates}
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
          {
            title: text.access.actions,
            align: 'right',
            isActions: true,
            cell: (certificate) => (
              <Action refusal={refusal} onClick={() => setAsked(certificate)}>
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
          onConfirm={() => void revoke(asked.fingerprint, asked.name)}
        />
      )}
    </Section>
  );
}
