import type { VeUsage } from '@insula/contract';
import { Skeleton, Stack, Text } from '@mantine/core';
import { Facts } from '../../../parts/facts.tsx';
import { Failure } from '../../../parts/failure.tsx';
import { formatBytes, formatDuration, formatNumber } from '../../../parts/format.ts';
import { PlainTable } from '../../../parts/plain-table.tsx';
import { text } from '../../../text/index.ts';

const right = { align: 'right' } as const;

interface MonthUsageProps {
  /** Of one VE: one row, or none. */
  readonly rows: readonly VeUsage[] | undefined;
  readonly error: unknown;
}

export function MonthUsage({ rows, error }: MonthUsageProps) {
  const { monthly: words, traffic } = text;
  if (error) return <Failure error={error} />;
  if (rows === undefined) return <Skeleton height={160} />;
  const [usage] = rows;
  if (usage === undefined)
    return (
      <Text size="sm" c="dimmed">
        {words.none}
      </Text>
    );
  const { reads, writes } = usage;
  return (
    <Stack gap="md">
      <Facts
        facts={[
          [words.running, formatDuration(usage.runningSeconds * 1000)],
          [words.cpu, formatDuration(usage.cpuSeconds * 1000)],
          [words.memory, words.hours(formatBytes(usage.memoryByteHours))],
          [words.disk, words.hours(formatBytes(usage.diskByteHours))],
          [words.read, words.times(formatBytes(usage.readBytes), formatNumber(reads))],
          [words.written, words.times(formatBytes(usage.writeBytes), formatNumber(writes))],
          [words.received, formatBytes(usage.inBytes)],
          [words.sent, formatBytes(usage.outBytes)],
        ]}
      />
      {usage.traffic.length > 0 && (
        <PlainTable
          label={words.byClass}
          rows={usage.traffic}
          rowKey={(row) => row.class}
          empty=""
          minWidth={420}
          columns={[
            { title: traffic.class, width: 80, cell: (row) => row.class },
            { title: traffic.inBytes, ...right, cell: ({ inBytes }) => formatBytes(inBytes) },
            { title: traffic.inPackets, ...right, cell: ({ inPackets }) => formatNumber(inPackets) },
            { title: traffic.outBytes, ...right, cell: ({ outBytes }) => formatBytes(outBytes) },
            { title: traffic.outPackets, ...right, cell: ({ outPackets }) => formatNumber(outPackets) },
          ]}
        />
      )}
    </Stack>
  );
}
