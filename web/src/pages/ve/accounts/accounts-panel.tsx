import type { VeAccount } from '@insula/contract';
import { Group, Menu, Stack, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated, useRead } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { edit } from '../../../parts/acts.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { Dot } from '../../../parts/state-badge.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import { PasswordModal } from '../password-modal.tsx';
import type { PanelProps } from '../tabs.ts';
import { ChangeAccount, CreateAccount, DeleteAccount } from './account-forms.tsx';
import { QuotasSection } from './quotas-section.tsx';

type Asked = 'change' | 'password' | 'delete';

const tones: Readonly<Record<VeAccount['password'], 'ok' | 'warn' | 'idle'>> = {
  set: 'ok',
  none: 'warn',
  locked: 'idle',
  unknown: 'idle',
};

/** Who can be inside the VE: people first, services when they are asked for. */
export function AccountsPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('account.list', ve);
  const [withServices, setWithServices] = useState(false);
  const [creates, setCreates] = useState(false);
  const [asked, setAsked] = useState<{ readonly what: Asked; readonly account: VeAccount } | null>(null);
  const { data, error } = useRead('account.list', { params: { ve: ve.uuid } }, { enabled: refused === null });
  if (refused !== null)
    return (
      <Stack gap="md">
        <Refused reason={refused} />
        <QuotasSection ve={ve} />
      </Stack>
    );
  const words = text.accounts;
  const close = () => setAsked(null);

  const lock = async ({ name }: VeAccount, locked: boolean) => {
    const done = locked ? words.locked(name) : words.unlocked(name);
    await edit('account.set', { params: { ve: ve.uuid, account: name }, body: { locked } }, done);
    outdated('account.list');
  };
  const actions = (account: VeAccount) => {
    const changing = refusal('account.set', ve);
    const ask = (what: Asked) => () => setAsked({ what, account });
    return (
      <RowMenu label={words.actionsOf(visibleText(account.name))}>
        <MenuItem reason={changing} onClick={ask('change')}>
          {words.change}
        </MenuItem>
        <MenuItem reason={refusal('ve.password', ve)} onClick={ask('password')}>
          {text.password.verb}
        </MenuItem>
        {account.password === 'locked' ? (
          <MenuItem reason={changing} onClick={() => void lock(account, false)}>
            {words.unlock}
          </MenuItem>
        ) : (
          <MenuItem reason={changing} onClick={() => void lock(account, true)}>
            {words.lock}
          </MenuItem>
        )}
        <Menu.Divider />
        <MenuItem
          reason={account.kind === 'root' ? words.isRoot : refusal('account.delete', ve)}
          color="red"
          onClick={ask('delete')}
        >
          {words.delete}
        </MenuItem>
      </RowMenu>
    );
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Switch
          label={words.withServices}
          checked={withServices}
          onChange={({ currentTarget: { checked } }) => setWithServices(checked)}
        />
        <Action refusal={refusal('account.create', ve)} onClick={() => setCreates(true)}>
          {words.create}
        </Action>
      </Group>
      <PlainTable
        label={text.ve.tabs.accounts}
        rows={data?.filter(({ kind }) => withServices || kind !== 'service')}
        error={error}
        rowKey={({ name }) => name}
        empty={words.none}
        minWidth={640}
        narrowWidth={300}
        columns={[
          {
            title: words.name,
            sortBy: ({ name }) => name,
            cell: ({ name, fullName }) => (
              <>
                <Text size="sm" fw={500} style={{ overflowWrap: 'anywhere' }}>
                  {visibleText(name)}
                </Text>
                {fullName !== '' && (
                  <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                    {visibleText(fullName)}
                  </Text>
                )}
              </>
            ),
          },
          {
            title: words.password,
            width: 150,
            sortBy: ({ password }) => words.passwords[password],
            cell: ({ password }) => <Dot tone={tones[password]} label={words.passwords[password]} />,
          },
          {
            title: words.groups,
            isWide: true,
            cell: ({ groups }) => visibleText(groups.join(', ')) || '–',
          },
          { title: words.uid, isWide: true, width: 90, sortBy: ({ uid }) => uid, cell: ({ uid }) => uid },
          { title: words.home, isWide: true, cell: ({ home }) => visibleText(home) },
          { title: words.shell, isWide: true, cell: ({ shell }) => visibleText(shell) },
        ]}
        actions={actions}
      />
      <QuotasSection ve={ve} />
      {creates && <CreateAccount ve={ve} onClose={() => setCreates(false)} />}
      {asked?.what === 'change' && <ChangeAccount ve={ve} account={asked.account} onClose={close} />}
      {asked?.what === 'password' && <PasswordModal ve={ve} account={asked.account.name} onClose={close} />}
      {asked?.what === 'delete' && <DeleteAccount ve={ve} account={asked.account} onClose={close} />}
    </Stack>
  );
}
