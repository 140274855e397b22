import type { AlertChange } from '@insula/contract';
import { useRead } from '../../calls/reads.ts';
import { formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { AlertLevelDot, metricAmount } from './alert-level.tsx';
import type { OfAlertsProps } from './now-section.tsx';

/** What was alerted, the last first. */
export function PastSection({ ve }: OfAlertsProps) {
  const query = { ...(ve === undefined ? {} : { ve: ve.uuid }), limit: 100 };
  const { data, error } = useRead('alert.history', { query });
  const words = text.alerts;
  return (
    <Section title={words.past}>
      <PlainTable
        label={words.past}
        rows={data}
        error={error}
        rowKey={({ at, rule, uuid }) => `${at} ${rule} ${uuid}`}
        empty={words.nonePast}
        narrowWidth={300}
        columns={[
          { title: words.at, width: 200, cell: ({ at }) => formatDateTime(at) },
          ...(ve === undefined
            ? [{ title: text.alertsPage.about, cell: ({ name }: AlertChange) => name }]
            : []),
          { title: words.rule, cell: ({ ruleName }) => ruleName },
          {
            title: words.before,
            isWide: true,
            width: 110,
            cell: ({ before }) => <AlertLevelDot level={before} />,
          },
          { title: words.level, width: 110, cell: AlertLevelDot },
          {
            title: words.value,
            isWide: true,
            align: 'right',
            cell: ({ metric, value }) => metricAmount(metric, value),
          },
        ]}
      />
    </Section>
  );
}
