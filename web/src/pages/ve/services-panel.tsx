import type { VeService } from '@insula/contract';
import { Text } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import type { PanelProps } from './tabs.ts';

const tones: Readonly<Record<VeService['state'], 'ok' | 'warn' | 'bad' | 'info' | 'idle'>> = {
  running: 'ok',
  done: 'ok',
  starting: 'info',
  stopping: 'info',
  stopped: 'idle',
  failed: 'bad',
  unknown: 'warn',
};

/** Services of the VE as its own service manager tells; what has failed stands first. */
export function ServicesPanel({ ve }: PanelProps) {
  const refused = useRefusal()('ve.services', ve);
  const { data, error } = useRead('ve.services', { params: { ve: ve.uuid } }, { enabled: refused === null });
  if (refused !== null)
    return (
      <Text size="sm" c="dimmed">
        {refused}
      </Text>
    );
  const rows =
    data &&
    [...data].sort((left, right) => Number(right.state === 'failed') - Number(left.state === 'failed'));
  const words = text.services;
  return (
    <PlainTable
      label={text.ve.tabs.services}
      rows={rows}
      error={error}
      rowKey={({ name }) => name}
      empty={words.none}
      columns={[
        { title: words.name, cell: ({ name }) => name },
        {
          title: words.state,
          width: 130,
          cell: ({ state }) => <Dot tone={tones[state]} label={words.states[state]} />,
        },
        { title: words.start, width: 120, cell: ({ start }) => start ?? '–' },
        { title: words.description, cell: ({ description }) => description },
      ]}
    />
  );
}
