import type { Alert } from '@insula/contract';
import { Button, Group, Menu } from '@mantine/core';
import { BellOff } from 'lucide-react';
import { useRead } from '../../calls/reads.ts';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import type { ShownVe } from '../ve/tabs.ts';
import { AlertLevelDot, metricAmount } from './alert-level.tsx';
import { type Muted, MuteItems } from './mute-items.tsx';

export interface OfAlertsProps {
  /** Only of this VE; without it of all, and of the node. */
  readonly ve?: ShownVe;
}

/** What is wrong now, and who is not to be told of it. */
export function NowSection({ ve }: OfAlertsProps) {
  const { data, error } = useRead('alert.list');
  const words = text.alerts;
  const rows = ve === undefined ? data : data?.filter(({ uuid }) => uuid === ve.uuid);
  return (
    <Section title={words.now} actions={<MuteMenu ve={ve} />}>
      <PlainTable
        label={words.now}
        rows={rows}
        error={error}
        rowKey={({ rule, uuid }) => `${rule} ${uuid}`}
        empty={ve === undefined ? text.overview.noAlerts : words.none}
        narrowWidth={300}
        columns={[
          { title: words.level, width: 110, cell: AlertLevelDot },
          ...(ve === undefined ? [{ title: text.alertsPage.about, cell: ({ name }: Alert) => name }] : []),
          { title: words.rule, cell: ({ ruleName }) => ruleName },
          {
            title: words.value,
            align: 'right',
            isWide: ve === undefined,
            cell: ({ metric, value }) => metricAmount(metric, value),
          },
          {
            title: words.since,
            cell: ({ since, muted }) => (
              <Group gap={6} wrap="nowrap">
                <span title={formatDateTime(since)}>{formatAge(since)}</span>
                {muted && (
                  <BellOff size={13} role="img" aria-label={text.overview.muted} style={{ flex: 'none' }} />
                )}
              </Group>
            ),
          },
        ]}
        actions={({ rule, ruleName, uuid, name }) => (
          <RowMenu label={words.actionsOf(ruleName, name)}>
            <MuteItems
              title={words.muteHere}
              muted={{ rule, ...(uuid === null ? {} : { ve: uuid }) }}
              target={ve ?? (uuid === null ? undefined : { uuid, name })}
            />
          </RowMenu>
        )}
      />
    </Section>
  );
}

function MuteMenu({ ve }: { readonly ve: ShownVe | undefined }) {
  const words = text.alerts;
  const muted: Muted = ve === undefined ? {} : { ve: ve.uuid };
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <Button variant="default" leftSection={<BellOff size={14} aria-hidden />}>
          {words.mute}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <MuteItems title={ve === undefined ? words.muteAll : words.muteHelp} muted={muted} target={ve} />
      </Menu.Dropdown>
    </Menu>
  );
}
