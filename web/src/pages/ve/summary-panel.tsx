import { Grid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { Action } from '../../parts/action.tsx';
import { Facts } from '../../parts/facts.tsx';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { SettingsModal } from './settings-modal.tsx';
import type { PanelProps } from './tabs.ts';
import { UsageCharts } from './usage-charts.tsx';

export function SummaryPanel({ ve }: PanelProps) {
  const [edits, setEdits] = useState(false);
  const refusal = useRefusal()('ve.set', ve);
  const { ve: words } = text;
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Section
          title={words.about}
          actions={
            <Action refusal={refusal} onClick={() => setEdits(true)}>
              {words.edit}
            </Action>
          }
        >
          <Stack gap="xs">
            {ve.description !== '' && <Text size="sm">{ve.description}</Text>}
            <Facts
              facts={[
                [words.hostname, ve.hostname],
                [words.addresses, ve.addresses.join(', ') || text.common.none],
                [words.template, `${ve.template.name} ${ve.template.version}`],
                [words.layout, words.layouts[ve.layout]],
                [words.onboot, words.onboots[ve.onboot]],
                [words.started, ve.startedAt === null ? null : formatAge(ve.startedAt)],
                [
                  words.lastExit,
                  ve.lastExit === null
                    ? null
                    : words.exit(words.exits[ve.lastExit.kind], formatAge(ve.lastExit.at)),
                ],
                [words.groups, ve.groups.join(', ') || null],
                [words.features, ve.features.join(', ') || null],
                [words.created, formatDateTime(ve.createdAt)],
                ['UUID', ve.uuid],
              ]}
            />
          </Stack>
        </Section>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <UsageCharts ve={ve} />
      </Grid.Col>
      {edits && <SettingsModal ve={ve} onClose={() => setEdits(false)} />}
    </Grid>
  );
}
