import { Stack } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { formatDateTime } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { ReceiversSection } from './receivers-section.tsx';
import { RulesSection } from './rules-section.tsx';

/** When somebody is told of something, who, and what was. */
export function AlertsPage() {
  const refusal = useRefusal();
  return (
    <Page title={text.alertsPage.title} refusal={refusal('alert.rule.list')}>
      <Stack gap="md">
        <RulesSection />
        {refusal('alert.receiver.list') === null && <ReceiversSection />}
        <HistorySection />
      </Stack>
    </Page>
  );
}

function HistorySection() {
  const { data, error } = useRead('alert.history', { query: { limit: 50 } });
  const words = text.alertsPage;
  return (
    <Section title={words.history}>
      <PlainTable
        label={words.history}
        rows={data}
        error={error}
        rowKey={({ at, rule, uuid }) => `${at} ${rule} ${uuid}`}
        empty={words.noHistory}
        minWidth={560}
        columns={[
          { title: words.when, width: 190, cell: ({ at }) => formatDateTime(at) },
          { title: words.about, cell: ({ name }) => name },
          { title: words.name, cell: ({ ruleName }) => ruleName },
          {
            title: words.change,
            cell: ({ before, level }) => words.became(text.alertLevels[before], text.alertLevels[level]),
          },
        ]}
      />
    </Section>
  );
}
