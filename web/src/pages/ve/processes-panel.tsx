import { Button, Group, Stack, Text } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useEffect } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { readings } from '../../calls/readings.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { formatAge, formatBytes, formatDecimal } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { text } from '../../text/index.ts';
import type { PanelProps } from './tabs.ts';

/** Processes of the VE as the kernel has them, those with most memory first. */
export function ProcessesPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('ve.processes', ve);
  const mayWatch = refusal('readings') === null;
  const { data, error, refetch } = useRead(
    've.processes',
    { params: { ve: ve.uuid } },
    { enabled: refused === null },
  );
  useEffect(
    () => (mayWatch && refused === null ? readings.watch(() => outdated('ve.processes')) : undefined),
    [mayWatch, refused],
  );
  if (refused !== null)
    return (
      <Text size="sm" c="dimmed">
        {refused}
      </Text>
    );
  const words = text.processes;
  return (
    <Stack gap="sm">
      {!mayWatch && (
        <Group>
          <Button
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            onClick={() => void refetch()}
          >
            {words.refresh}
          </Button>
        </Group>
      )}
      <PlainTable
        label={text.ve.tabs.processes}
        rows={data && [...data].sort((left, right) => right.memoryBytes - left.memoryBytes)}
        error={error}
        rowKey={({ hostPid }) => hostPid}
        empty={words.none}
        minWidth={640}
        columns={[
          { title: words.pid, align: 'right', width: 70, cell: ({ pid }) => pid },
          { title: words.user, width: 110, cell: ({ user }) => user },
          { title: words.state, width: 60, cell: ({ state }) => state },
          {
            title: words.cpu,
            align: 'right',
            width: 90,
            cell: (row) => `${formatDecimal(row.cpuSeconds)} s`,
          },
          { title: words.memory, align: 'right', width: 100, cell: (row) => formatBytes(row.memoryBytes) },
          { title: words.started, width: 120, cell: ({ startedAt }) => formatAge(startedAt) },
          {
            title: words.command,
            cell: ({ command }) => (
              <Text size="sm" ff="monospace" lineClamp={1} title={command}>
                {command}
              </Text>
            ),
          },
        ]}
      />
    </Stack>
  );
}
