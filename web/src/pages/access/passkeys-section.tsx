import type { Passkey } from '@insula/contract';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { text } from '../../text/index.ts';
import { RenamePasskey } from './rename-passkey.tsx';
import { ofUser, type ProofsProps, RevocableSection } from './revocable-section.tsx';

/** What somebody logs in with instead of a password. Only who has them gives them names. */
export function PasskeysSection({ user, actions }: ProofsProps) {
  const { data, error } = useFreshRead('passkey.list', ofUser(user));
  const [renamed, setRenamed] = useState<Passkey | null>(null);
  const words = text.passkeys;
  return (
    <>
      <RevocableSection
        {...(user === undefined ? {} : { user })}
        actions={actions}
        title={words.title}
        help={
          user === undefined ? (
            <Text size="sm" mb="sm">
              {words.help}
            </Text>
          ) : undefined
        }
        rows={data}
        error={error}
        empty={words.none}
        keyOf={({ id }) => id}
        columns={[
          { title: words.name, cell: ({ name, copied }) => (copied ? `${name} · ${words.copied}` : name) },
          { title: words.host, cell: ({ host }) => host },
          {
            title: words.createdAt,
            cell: ({ createdAt }) => <span title={formatDateTime(createdAt)}>{formatAge(createdAt)}</span>,
          },
          {
            title: words.lastUsed,
            cell: ({ lastUsedAt }) => (lastUsedAt === null ? text.common.never : formatAge(lastUsedAt)),
          },
        ]}
        rowActions={(passkey) =>
          user === undefined && (
            <Action mr="xs" onClick={() => setRenamed(passkey)}>
              {words.rename}
            </Action>
          )
        }
        words={text.access.proofs.removing}
        onRevoke={async (passkey, done) => {
          await edit('passkey.remove', { params: { passkey } }, done);
          outdated('passkey.list', 'user.list');
        }}
      />
      {renamed && <RenamePasskey passkey={renamed} onClose={() => setRenamed(null)} />}
    </>
  );
}
