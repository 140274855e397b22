import type { AlertRule } from '@insula/contract';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useFreshRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { edit } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { formatAmountIn } from '../../parts/format.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Section } from '../../parts/section.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import { metricOf, RuleForm } from './rule-form.tsx';

/** When there is an alert. */
export function RulesSection() {
  const refusal = useRefusal();
  const { data, error } = useFreshRead('alert.rule.list');
  const [edited, setEdited] = useState<AlertRule | 'new' | null>(null);
  const [removed, setRemoved] = useState<AlertRule | null>(null);
  const words = text.alertsPage;
  const remove = async ({ id, name }: AlertRule) => {
    await edit('alert.rule.remove', { params: { rule: String(id) } }, text.access.deleted(name));
    outdated('alert.rule.list', 'alert.list');
  };
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
          {
            title: text.access.actions,
            align: 'right',
            isActions: true,
            width: 60,
            cell: (rule) => (
              <RowMenu label={text.access.actionsOf(rule.name)}>
                <MenuItem reason={refusal('alert.rule.change')} onClick={() => setEdited(rule)}>
                  {text.access.change}
                </MenuItem>
                <MenuItem reason={refusal('alert.rule.remove')} color="red" onClick={() => setRemoved(rule)}>
                  {text.access.delete}
                </MenuItem>
              </RowMenu>
            ),
          },
        ]}
      />
      {edited !== null && (
        <RuleForm rule={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
      {removed && (
        <ConfirmName
          title={words.removeTitle(removed.name)}
          help={words.removeHelp}
          name={removed.name}
          verb={text.access.delete}
          onClose={() => setRemoved(null)}
          onConfirm={() => void remove(removed)}
        />
      )}
    </Section>
  );
}
