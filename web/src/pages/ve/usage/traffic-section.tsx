import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { readings } from '../../../calls/readings.ts';
import { outdated, useFreshRead } from '../../../calls/reads.ts';
import { formatBytes, formatNumber } from '../../../parts/format.ts';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { Section } from '../../../parts/section.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';

const right = { align: 'right' } as const;

/** Bytes and packets by class and direction. */
export function TrafficSection({ ve }: PanelProps) {
  const words = text.traffic;
  const refusal = useRefusal();
  const refused = refusal('net.stat', ve);
  const isCounting = refusal('readings') === null && refused === null && ve.state === 'running';
  const { data, error } = useFreshRead('net.stat', { query: { ve: ve.uuid } }, { enabled: refused === null });
  // counters have no events of their own: they are read again with each reading of the node
  useEffect(() => (isCounting ? readings.watch(() => outdated('net.stat')) : undefined), [isCounting]);
  const spoofed = data?.[0]?.spoofed ?? 0;
  return (
    <Section title={words.title}>
      {refused !== null ? (
        <Refused reason={refused} />
      ) : (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {words.help}
          </Text>
          <PlainTable
            label={words.title}
            rows={data}
            error={error}
            rowKey={(row) => `${row.class} ${row.family}`}
            empty={words.none}
            columns={[
              { title: words.class, width: 80, cell: (row) => row.class },
              { title: words.family, width: 90, cell: ({ family }) => words.families[family] },
              { title: words.inBytes, ...right, cell: ({ inBytes }) => formatBytes(inBytes) },
              { title: words.inPackets, ...right, cell: ({ inPackets }) => formatNumber(inPackets) },
              { title: words.outBytes, ...right, cell: ({ outBytes }) => formatBytes(outBytes) },
              { title: words.outPackets, ...right, cell: ({ outPackets }) => formatNumber(outPackets) },
            ]}
          />
          {spoofed > 0 && (
            <Text size="sm" mt="sm" c="var(--insula-bad)">
              {words.spoofed(formatNumber(spoofed))}
            </Text>
          )}
        </>
      )}
    </Section>
  );
}
