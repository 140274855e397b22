import { requestOf, requestPath } from '@insula/contract';
import { Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { useFreshRead } from '../../../calls/reads.ts';
import { Download } from '../../../parts/download.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { MonthUsage } from './month-usage.tsx';
import { monthName, monthsSince } from './months.ts';

/** What a bill is made of, month by month, and as a file. */
export function MonthSection({ ve }: PanelProps) {
  const words = text.monthly;
  const months = monthsSince(ve.createdAt);
  const [chosen, setChosen] = useState<string | null>(null);
  const month = chosen ?? months[0] ?? '';
  const refusal = useRefusal();
  const refused = refusal('usage.list', ve);
  const exporting = refusal('usage.export', ve);
  const query = { ve: ve.uuid, month };
  const { data, error } = useFreshRead('usage.list', { query }, { enabled: refused === null });
  const file = (kind: string) => `${ve.name}-${month}.${kind}`;
  return (
    <Section
      title={words.title}
      actions={
        <>
          <Download
            refusal={exporting === null || refused !== null ? exporting : words.csvOfNode}
            address={requestPath(requestOf('usage.export', { query }))}
            file={file('csv')}
          >
            {words.csv}
          </Download>
          <Download
            refusal={refused}
            address={requestPath(requestOf('usage.list', { query }))}
            file={file('json')}
          >
            {words.json}
          </Download>
        </>
      }
    >
      {refused !== null ? (
        <Refused reason={refused} />
      ) : (
        <Stack gap="md">
          <Select
            size="xs"
            w={{ base: '100%', xs: 220 }}
            label={words.month}
            allowDeselect={false}
            data={months.map((value) => ({ value, label: monthName(value) }))}
            value={month}
            onChange={setChosen}
          />
          <MonthUsage rows={data} error={error} />
        </Stack>
      )}
    </Section>
  );
}
