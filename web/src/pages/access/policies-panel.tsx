import type { Policy } from '@insula/contract';
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
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
  const [askName, question] = useConfirmName();
  const words = text.access.policies;
  const remove = (policy: string) =>
    askName({
      title: words.deleteTitle(policy),
      help: words.deleteHelp,
      name: policy,
      verb: text.common.delete,
      onConfirm: async () => {
        await edit('policy.delete', { params: { policy } }, text.common.deleted(policy));
        outdated('policy.list', 've.permissions');
      },
    });
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
        ]}
        actions={(policy) => (
          <RowMenu label={text.common.actionsOf(policy.scope)}>
            <MenuItem reason={refusal('policy.set')} onClick={() => setEdited(policy)}>
              {text.common.change}
            </MenuItem>
            <MenuItem reason={refusal('policy.delete')} color="red" onClick={() => remove(policy.scope)}>
              {text.common.delete}
            </MenuItem>
          </RowMenu>
        )}
      />
      {edited && <PolicyForm policy={edited} onClose={() => setEdited(null)} />}
      {question}
    </Section>
  );
}
