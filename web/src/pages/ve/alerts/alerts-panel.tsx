import { type Alert, type AlertRule, nodeMetrics, veMetrics } from '@insula/contract';
import { Group, Menu, Stack, Switch, Text } from '@mantine/core';
import { BellOff } from 'lucide-react';
import { useRefusal } from '../../../access/who.tsx';
import { outdated, useRead } from '../../../calls/reads.ts';
import { edit } from '../../../parts/acts.ts';
import { formatAge, formatAmountIn, formatDateTime } from '../../../parts/format.ts';
import { MenuItem } from '../../../parts/menu-item.tsx';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { RowMenu } from '../../../parts/row-menu.tsx';
import { Section } from '../../../parts/section.tsx';
import { Dot } from '../../../parts/state-badge.tsx';
import { text } from '../../../text/index.ts';
import { isAbout } from '../firewall/firewall-rules.ts';
import type { PanelProps } from '../tabs.ts';
import { MuteMenu } from './mute-menu.tsx';

const tones = { green: 'ok', yellow: 'warn', red: 'bad', black: 'bad' } as const;
const units = new Map([...nodeMetrics, ...veMetrics].map(({ name, unit }) => [name as string, unit]));
const amount = (metric: string, value: number | null) =>
  value === null ? '–' : formatAmountIn(units.get(metric) ?? 'count', value);

/** What is wrong with the VE now, what was, and the rules that watch it. */
export function AlertsPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('alert.list', ve);
  const words = text.alerts;
  const enabled = refused === null;
  const now = useRead('alert.list', {}, { enabled });
  const past = useRead('alert.history', { query: { ve: ve.uuid, limit: 100 } }, { enabled });
  const rulesRefused = refusal('alert.rule.list');
  const rules = useRead('alert.rule.list', {}, { enabled: rulesRefused === null });
  if (refused !== null) return <Refused reason={refused} />;

  const configuring = refusal('alert.rule.change');
  const set = async ({ id }: AlertRule, isOn: boolean) => {
    await edit('alert.rule.change', { params: { rule: String(id) }, body: { enabled: isOn } });
    outdated('alert.rule.list', 'alert.list');
  };
  const level = ({ level: one }: Pick<Alert, 'level'>) => (
    <Dot tone={tones[one]} label={text.alertLevels[one]} />
  );
  return (
    <Stack gap="md">
      <Section title={words.now} actions={<MuteMenu ve={ve} />}>
        <PlainTable
          label={words.now}
          rows={now.data?.filter(({ uuid }) => uuid === ve.uuid)}
          error={now.error}
          rowKey={({ rule }) => rule}
          empty={words.none}
          narrowWidth={300}
          columns={[
            { title: words.level, width: 110, cell: level },
            { title: words.rule, cell: ({ ruleName }) => ruleName },
            { title: words.value, align: 'right', cell: ({ metric, value }) => amount(metric, value) },
            {
              title: words.since,
              cell: ({ since, muted }) => (
                <Group gap={6} wrap="nowrap">
                  <span title={formatDateTime(since)}>{formatAge(since)}</span>
                  {muted && <BellOff size={13} role="img" aria-label={text.overview.muted} />}
                </Group>
              ),
            },
          ]}
        />
      </Section>
      <Section title={words.rules}>
        {rulesRefused !== null ? (
          <Refused reason={rulesRefused} />
        ) : (
          <PlainTable
            label={words.rules}
            rows={rules.data?.filter((rule) => rule.scope === 've' && isAbout(rule, ve))}
            error={rules.error}
            rowKey={({ id }) => id}
            empty={words.noRules}
            minWidth={640}
            narrowWidth={300}
            columns={[
              { title: words.rule, cell: ({ name }) => name },
              { title: words.ves, isWide: true, cell: ({ ves }) => ves.join(', ') || text.firewall.allVes },
              { title: words.metric, isWide: true, cell: ({ metric }) => metric },
              {
                title: text.alertLevels.yellow,
                isWide: true,
                align: 'right',
                cell: ({ metric, yellow }) => amount(metric, yellow),
              },
              {
                title: text.alertLevels.red,
                isWide: true,
                align: 'right',
                cell: ({ metric, red }) => amount(metric, red),
              },
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
              {
                title: words.actions,
                align: 'right',
                width: 60,
                isActions: true,
                cell: ({ id, name }) => (
                  <RowMenu label={words.actionsOf(name)}>
                    <Menu.Label>{words.muteHere}</Menu.Label>
                    {words.spans.map(({ minutes, label }) => (
                      <MenuItem
                        key={minutes}
                        reason={refusal('alert.mute')}
                        onClick={() =>
                          void edit(
                            'alert.mute',
                            { body: { rule: id, ve: ve.uuid, minutes } },
                            minutes === 0 ? words.unmuted : words.muted,
                          ).then(() => outdated('alert.list'))
                        }
                      >
                        {label}
                      </MenuItem>
                    ))}
                  </RowMenu>
                ),
              },
            ]}
          />
        )}
        <Text size="xs" c="dimmed" mt="sm">
          {words.rulesHelp}
        </Text>
      </Section>
      <Section title={words.past}>
        <PlainTable
          label={words.past}
          rows={past.data}
          error={past.error}
          rowKey={({ at, rule }) => `${at} ${rule}`}
          empty={words.nonePast}
          narrowWidth={300}
          columns={[
            { title: words.at, width: 200, cell: ({ at }) => formatDateTime(at) },
            { title: words.rule, cell: ({ ruleName }) => ruleName },
            { title: words.before, isWide: true, width: 110, cell: ({ before }) => level({ level: before }) },
            { title: words.level, width: 110, cell: level },
            {
              title: words.value,
              isWide: true,
              align: 'right',
              cell: ({ metric, value }) => amount(metric, value),
            },
          ]}
        />
      </Section>
    </Stack>
  );
}
