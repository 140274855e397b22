import type { Policy } from '@insula/contract';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { formatNumber } from '../../parts/format.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { PolicyForm } from './policy-form.tsx';

const silent: Policy = { scope: '', ownerLogin: null, withheld: null, snapshots: null };

/** What owners of VEs may: of all, of those in a group, of one. */
export function PoliciesPanel() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('policy.list');
  const [edited, setEdited] = useState<Policy | null>(null);
  const [removed, setRemoved] = useState<string | null>(null);
  const words = text.access.policies;
  const remove = async (policy: string) => {
    await edit('policy.delete', { params: { policy } }, text.access.deleted(policy));
    outdated('policy.list', 've.permissions');
  };
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={refusal('policy.set')} onClick={() => setEdited(silent)}>
          {words.create}
        </Action>
      }
    >
      <Text size="sm" c="dimmed" mb="sm">
        {words.help}
      </Text>
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ scope }) => scope}
        empty={words.none}
        minWidth={640}
        columns={[
          { title: words.scope, cell: ({ scope }) => scope },
          {
            title: words.ownerLogin,
            cell: ({ ownerLogin }) => (ownerLogin === null ? words.above : ownerLogin ? words.yes : words.no),
          },
          {
            title: words.withheld,
            cell: ({ withheld }) => (withheld === null ? words.above : withheld.join(', ') || words.nothing),
          },
          {
            title: words.snapshots,
            align: 'right',
            cell: ({ snapshots }) => (snapshots === null ? words.above : formatNumber(snapshots)),
          },
          {
            title: text.access.actions,
            align: 'right',
            isActions: true,
            width: 60,
            cell: (policy) => (
              <RowMenu label={text.access.actionsOf(policy.scope)}>
                <MenuItem reason={refusal('policy.set')} onClick={() => setEdited(policy)}>
                  {text.access.change}
                </MenuItem>
                <MenuItem
                  reason={refusal('policy.delete')}
                  color="red"
                  onClick={() => setRemoved(policy.scope)}
                >
                  {text.access.delete}
                </MenuItem>
              </RowMenu>
            ),
          },
        ]}
      />
      {edited && <PolicyForm policy={edited} onClose={() => setEdited(null)} />}
      {removed !== null && (
        <ConfirmName
          title={words.deleteTitle(removed)}
          help={words.deleteHelp}
          name={removed}
          verb={text.access.delete}
          onClose={() => setRemoved(null)}
          onConfirm={() => void remove(removed)}
        />
      )}
    </Section>
  );
}
