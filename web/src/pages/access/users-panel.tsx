import type { User } from '@insula/contract';
import { Stack } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { formatAge } from '../../parts/format.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { Named } from '../../parts/named.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Section } from '../../parts/section.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import { GroupsSection } from './groups-section.tsx';
import { CreateUser, EditUser, SetPassword } from './user-forms.tsx';
import { UserProofs } from './user-proofs.tsx';

type Asked = 'edit' | 'password' | 'proofs';

/** Who may log in. */
export function UsersPanel() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('user.list');
  const [creates, setCreates] = useState(false);
  const [asked, setAsked] = useState<{ readonly what: Asked; readonly user: User } | null>(null);
  const words = text.access.users;
  const close = () => setAsked(null);
  const [askName, question] = useConfirmName();
  const remove = ({ name }: User) =>
    askName({
      title: words.deleteTitle(name),
      help: words.deleteHelp,
      name,
      verb: text.common.delete,
      onConfirm: async () => {
        await edit('user.delete', { params: { user: name } }, text.common.deleted(name));
        outdated('user.list', 'grant.list');
      },
    });
  const removeTotp = async (name: string) => {
    await edit('totp.remove', { params: { user: name } }, words.totpRemoved(name));
    outdated('user.list');
  };
  const actions = (user: User) => (
    <RowMenu label={text.common.actionsOf(user.name)}>
      <MenuItem reason={refusal('user.set')} onClick={() => setAsked({ what: 'edit', user })}>
        {text.common.change}
      </MenuItem>
      <MenuItem
        reason={
          refusal('user.password') ??
          refusal('user.set') ??
          (user.realm === 'internal' ? null : words.foreign(user.realm))
        }
        onClick={() => setAsked({ what: 'password', user })}
      >
        {words.setPassword}
      </MenuItem>
      {user.hasTotp && (
        <MenuItem reason={refusal('totp.remove')} onClick={() => void removeTotp(user.name)}>
          {words.removeTotp}
        </MenuItem>
      )}
      <MenuItem reason={null} onClick={() => setAsked({ what: 'proofs', user })}>
        {words.proofs}
      </MenuItem>
      <MenuItem reason={refusal('user.delete')} color="red" onClick={() => remove(user)}>
        {text.common.delete}
      </MenuItem>
    </RowMenu>
  );
  return (
    <Stack gap="md">
      <Section
        title={words.title}
        actions={
          <Action refusal={refusal('user.create')} onClick={() => setCreates(true)}>
            {words.create}
          </Action>
        }
      >
        <PlainTable
          label={words.title}
          rows={data}
          error={error}
          rowKey={({ name }) => name}
          empty={words.none}
          minWidth={720}
          columns={[
            {
              title: words.name,
              cell: ({ name, fullName }) => <Named name={name} note={fullName} />,
            },
            { title: words.groups, cell: ({ groups }) => groups.join(', ') },
            { title: words.realm, cell: ({ realm }) => words.realms[realm] },
            {
              title: words.state,
              cell: ({ enabled }) => (
                <Dot tone={enabled ? 'ok' : 'bad'} label={enabled ? words.states.on : words.states.off} />
              ),
            },
            {
              title: words.factor,
              cell: ({ hasTotp, passkeys }) =>
                [hasTotp && words.factors.totp, passkeys > 0 && words.factors.passkey]
                  .filter(Boolean)
                  .join(', ') || words.factors.none,
            },
            {
              title: words.lastLogin,
              cell: ({ lastLoginAt }) => (lastLoginAt === null ? text.common.never : formatAge(lastLoginAt)),
            },
          ]}
          actions={actions}
        />
      </Section>
      <GroupsSection users={data} />
      {creates && <CreateUser onClose={() => setCreates(false)} />}
      {asked?.what === 'edit' && <EditUser user={asked.user} onClose={close} />}
      {asked?.what === 'password' && <SetPassword user={asked.user} onClose={close} />}
      {asked?.what === 'proofs' && <UserProofs user={asked.user.name} onClose={close} />}
      {question}
    </Stack>
  );
}
