import type { AlertRule } from '@insula/contract';
import { Switch, Text } from '@mantine/core';
import { useRefusal } from '../../../access/who.tsx';
import { outdated, useRead } from '../../../calls/reads.ts';
import { edit } from '../../../parts/acts.ts';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import { metricAmount } from '../../alerts/alert-level.tsx';
import { MuteItems } from '../../alerts/mute-items.tsx';
import { isAbout } from '../firewall/firewall-rules.ts';
import type { PanelProps } from '../tabs.ts';

/** The rules that watch a VE. */
export function VeRulesSection({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('alert.rule.list');
  const configuring = refusal('alert.rule.change');
  const { data, error } = useRead('alert.rule.list', {}, { enabled: refused === null });
  const words = text.alerts;
  const set = async ({ id }: AlertRule, isOn: boolean) => {
    await edit('alert.rule.change', { params: { rule: String(id) }, body: { enabled: isOn } });
    outdated('alert.rule.list', 'alert.list');
  };
  const threshold = (level: 'yellow' | 'red') => ({
    title: text.alertLevels[level],
    isWide: true,
    align: 'right' as const,
    cell: ({ metric, [level]: value }: AlertRule) => metricAmount(metric, value),
  });
  if (refused !== null)
    return (
      <Section title={words.rules}>
        <Refused reason={refused} />
      </Section>
    );
  return (
    <Section title={words.rules}>
      <PlainTable
        label={words.rules}
        rows={data?.filter((rule) => rule.scope === 've' && isAbout(rule, ve))}
        error={error}
        rowKey={({ id }) => id}
        empty={words.noRules}
        minWidth={640}
        narrowWidth={300}
        columns={[
          { title: words.rule, cell: ({ name }) => name },
          { title: words.ves, isWide: true, cell: ({ ves }) => ves.join(', ') || text.firewall.allVes },
          { title: words.metric, isWide: true, cell: ({ metric }) => metric },
          threshold('yellow'),
          threshold('red'),
          {
            title: words.enabled,
            width: 110,
            cell: (rule) => (
              <Switch
                size="xs"
                aria-label={words.counts(rule.name)}
                checked={rule.enabled}
                disabled={configuring !== null}
                title={configuring ?? ''}
                onChange={({ currentTarget: { checked } }) => void set(rule, checked)}
              />
            ),
          },
        ]}
        actions={({ id, name }) => (
          <RowMenu label={words.actionsOfRule(name)}>
            <MuteItems title={words.muteRuleHere} muted={{ rule: id, ve: ve.uuid }} target={ve} />
          </RowMenu>
        )}
      />
      <Text size="xs" c="dimmed" mt="sm">
        {words.rulesHelp}
      </Text>
    </Section>
  );
}
