import type { AlertRule } from '@insula/contract';
import { Menu } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { formatAmountIn } from '../../parts/format.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Section } from '../../parts/section.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import { MuteItems } from './mute-items.tsx';
import { metricOf, RuleForm } from './rule-form.tsx';

/** When there is an alert. */
export function RulesSection() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('alert.rule.list');
  const [edited, setEdited] = useState<AlertRule | 'new' | null>(null);
  const [askName, question] = useConfirmName();
  const words = text.alertsPage;
  const remove = ({ id, name }: AlertRule) =>
    askName({
      title: words.removeTitle(name),
      help: words.removeHelp,
      name,
      verb: text.common.delete,
      onConfirm: async () => {
        await edit('alert.rule.remove', { params: { rule: String(id) } }, text.common.deleted(name));
        outdated('alert.rule.list', 'alert.list', 'alert.mute.list');
      },
    });
  const threshold = (key: 'yellow' | 'red') => ({
    title: words[key],
    align: 'right' as const,
    cell: ({ scope, metric, [key]: value }: AlertRule) =>
      value === null ? '' : formatAmountIn(metricOf(scope, metric)?.unit ?? 'count', value),
  });
  return (
    <Section
      title={words.rules}
      actions={
        <Action refusal={refusal('alert.rule.add')} onClick={() => setEdited('new')}>
          {words.addRule}
        </Action>
      }
    >
      <PlainTable
        label={words.rules}
        rows={data}
        error={error}
        rowKey={({ id }) => id}
        empty={words.noRules}
        minWidth={760}
        columns={[
          { title: words.name, cell: ({ name }) => name },
          { title: words.metric, cell: ({ metric }) => metric },
          {
            title: words.scope,
            cell: ({ scope, ves }) => (scope === 'node' ? words.scopes.node : ves.join(', ') || words.allVes),
          },
          threshold('yellow'),
          threshold('red'),
          { title: words.seconds, align: 'right', cell: ({ seconds }) => seconds },
          {
            title: words.state,
            cell: ({ enabled }) => (
              <Dot tone={enabled ? 'ok' : 'idle'} label={enabled ? words.on : words.off} />
            ),
          },
        ]}
        actions={(rule) => (
          <RowMenu label={text.common.actionsOf(rule.name)}>
            <MenuItem reason={refusal('alert.rule.change')} onClick={() => setEdited(rule)}>
              {text.common.change}
            </MenuItem>
            <MuteItems title={text.alerts.muteRule} muted={{ rule: rule.id }} />
            <Menu.Divider />
            <MenuItem reason={refusal('alert.rule.remove')} color="red" onClick={() => remove(rule)}>
              {text.common.delete}
            </MenuItem>
          </RowMenu>
        )}
      />
      {edited !== null && (
        <RuleForm rule={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {question}
    </Section>
  );
}
