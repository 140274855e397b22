import type { VeProcess } from '@insula/contract';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { RefreshCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { readings } from '../../calls/readings.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { formatAge, formatBytes, formatDecimal } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Refused } from '../../parts/refused.tsx';
import { visibleText } from '../../parts/visible-text.ts';
import { text } from '../../text/index.ts';
import { SignalMenu } from './signal-menu.tsx';
import type { PanelProps } from './tabs.ts';

/** Processes of the VE as the kernel has them, those with most memory first. */
export function ProcessesPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('ve.processes', ve);
  const mayWatch = refusal('readings') === null;
  const [filter, setFilter] = useState('');
  const { data, error, refetch } = useRead(
    've.processes',
    { params: { ve: ve.uuid } },
    { enabled: refused === null },
  );
  useEffect(
    () => (mayWatch && refused === null ? readings.watch(() => outdated('ve.processes')) : undefined),
    [mayWatch, refused],
  );
  if (refused !== null) return <Refused reason={refused} />;
  const words = text.processes;
  const wanted = filter.trim().toLowerCase();
  const fits = ({ pid, user, command }: VeProcess) =>
    `${pid} ${user} ${command}`.toLowerCase().includes(wanted);
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <TextInput
          size="xs"
          w={{ base: '100%', xs: 320 }}
          aria-label={words.filter}
          placeholder={words.filter}
          value={filter}
          onChange={({ currentTarget: { value } }) => setFilter(value)}
        />
        {!mayWatch && (
          <Button
            variant="default"
            leftSection={<RefreshCw size={14} aria-hidden />}
            onClick={() => void refetch()}
          >
            {words.refresh}
          </Button>
        )}
        {data && (
          <Text size="sm" c="dimmed">
            {words.count(data.length)}
          </Text>
        )}
      </Group>
      <PlainTable
        label={text.ve.tabs.processes}
        rows={data?.filter(fits)}
        error={error}
        rowKey={({ hostPid }) => hostPid}
        empty={data?.length === 0 ? words.none : words.noneFound}
        minWidth={720}
        narrowWidth={320}
        initialSort={{ title: words.memory, descending: true }}
        columns={[
          { title: words.pid, align: 'right', width: 70, sortBy: ({ pid }) => pid, cell: ({ pid }) => pid },
          {
            title: words.user,
            isWide: true,
            width: 110,
            sortBy: ({ user }) => user,
            cell: ({ user }) => visibleText(user),
          },
          {
            title: words.state,
            isWide: true,
            width: 60,
            sortBy: ({ state }) => state,
            cell: ({ state }) => <span title={words.states[state]}>{state}</span>,
          },
          {
            title: words.cpu,
            isWide: true,
            align: 'right',
            width: 90,
            sortBy: (row) => row.cpuSeconds,
            cell: (row) => `${formatDecimal(row.cpuSeconds)} s`,
          },
          {
            title: words.memory,
            align: 'right',
            width: 110,
            sortBy: (row) => row.memoryBytes,
            cell: (row) => formatBytes(row.memoryBytes),
          },
          {
            title: words.started,
            isWide: true,
            width: 120,
            sortBy: ({ startedAt }) => startedAt,
            cell: ({ startedAt }) => formatAge(startedAt),
          },
          {
            title: words.command,
            sortBy: ({ command }) => command,
            cell: ({ command }) => (
              <Text size="sm" ff="monospace" lineClamp={1} title={visibleText(command)}>
                {visibleText(command)}
              </Text>
            ),
          },
        ]}
        actions={(process) => <SignalMenu ve={ve} process={process} />}
      />
    </Stack>
  );
}
