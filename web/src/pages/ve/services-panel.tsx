import type { VeService } from '@insula/contract';
import { Menu, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useRead } from '../../calls/reads.ts';
import { edit } from '../../parts/acts.ts';
import { MenuItem } from '../../parts/menu-item.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Refused } from '../../parts/refused.tsx';
import { RowMenu } from '../../parts/row-menu.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { visibleText } from '../../parts/visible-text.ts';
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

const verbs = ['start', 'stop', 'restart', 'reload', 'enable', 'disable'] as const;

/** Services of the VE as its own service manager tells; what has failed stands first. */
export function ServicesPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refused = refusal('ve.services', ve);
  const [filter, setFilter] = useState('');
  const [busy, setBusy] = useState<ReadonlySet<string>>(new Set());
  const { data, error } = useRead('ve.services', { params: { ve: ve.uuid } }, { enabled: refused === null });
  if (refused !== null) return <Refused reason={refused} />;
  const words = text.services;

  const run = async (verb: (typeof verbs)[number], service: string) => {
    setBusy((before) => new Set([...before, service]));
    await edit(`service.${verb}`, { params: { ve: ve.uuid, service } }, ({ name, state }) =>
      words.done[verb](visibleText(name), words.states[state]),
    );
    setBusy((before) => new Set([...before].filter((one) => one !== service)));
    outdated('ve.services');
  };
  const wanted = filter.trim().toLowerCase();
  const rows = data
    ?.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(wanted))
    .sort((left, right) => Number(right.state === 'failed') - Number(left.state === 'failed'));
  return (
    <Stack gap="sm">
      <TextInput
        size="xs"
        maw={320}
        aria-label={words.filter}
        placeholder={words.filter}
        value={filter}
        onChange={({ currentTarget: { value } }) => setFilter(value)}
      />
      <PlainTable
        label={text.ve.tabs.services}
        rows={rows}
        error={error}
        rowKey={({ name }) => name}
        empty={data?.length === 0 ? words.none : words.noneFound}
        minWidth={600}
        narrowWidth={300}
        columns={[
          {
            title: words.name,
            sortBy: ({ name }) => name,
            cell: ({ name }) => (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {visibleText(name)}
              </Text>
            ),
          },
          {
            title: words.state,
            width: 130,
            sortBy: ({ state }) => words.states[state],
            cell: ({ state }) => <Dot tone={tones[state]} label={words.states[state]} />,
          },
          {
            title: words.start,
            isWide: true,
            width: 150,
            sortBy: ({ start }) => start ?? '',
            cell: ({ start }) => (start === null ? '–' : visibleText(start)),
          },
          {
            title: words.description,
            isWide: true,
            cell: ({ description }) => <Text size="sm">{visibleText(description)}</Text>,
          },
        ]}
        actions={({ name }) => (
          <RowMenu label={words.actionsOf(visibleText(name))} isBusy={busy.has(name)}>
            {verbs.map((verb) => (
              <MenuItem
                key={verb}
                reason={refusal(`service.${verb}`, ve)}
                onClick={() => void run(verb, name)}
              >
                {words.verbs[verb]}
              </MenuItem>
            ))}
            <Menu.Divider />
            <Menu.Label>{words.startHelp}</Menu.Label>
          </RowMenu>
        )}
      />
    </Stack>
  );
}
