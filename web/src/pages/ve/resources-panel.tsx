import { findParameter, type ParameterUse } from '@insula/contract';
import { Checkbox, Progress, Stack, Text, Title, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { readings } from '../../calls/readings.ts';
import { outdated, useRead } from '../../calls/reads.ts';
import { formatAmountIn, formatNumber } from '../../parts/format.ts';
import { type PlainColumn, PlainTable } from '../../parts/plain-table.tsx';
import { text } from '../../text/index.ts';
import { ParameterEditor } from './parameter-editor.tsx';
import type { PanelProps } from './tabs.ts';

/** Every resource: what the VE holds, held at most, may hold, and was refused. Limits change while it runs. */
export function ResourcesPanel({ ve }: PanelProps) {
  const { data, error } = useRead('ve.limits', { params: { ve: ve.uuid } });
  const [all, setAll] = useState(false);
  const refusal = useRefusal();
  const mayWatch = refusal('readings') === null;
  const isRunning = ve.state === 'running';

  // counters have no events of their own: they are read again with each reading of the node
  useEffect(
    () => (mayWatch && isRunning ? readings.watch(() => outdated('ve.limits')) : undefined),
    [mayWatch, isRunning],
  );

  const shown = data?.filter((row) => all || row.state === 'limited');
  const groups = [...new Set(shown?.map(({ group }) => group))];
  const columns = columnsOfUse();
  const changing = refusal('ve.set', ve);
  return (
    <Stack gap="md">
      <Checkbox
        size="xs"
        label={text.resources.showAll}
        checked={all}
        onChange={({ currentTarget: { checked } }) => setAll(checked)}
      />
      {(shown === undefined || error) && (
        <PlainTable label="" columns={columns} rows={shown} rowKey={String} empty="" error={error} />
      )}
      {shown !== undefined &&
        groups.map((group) => (
          <Stack key={group} gap="xs">
            <Title order={2}>
              {text.resources.groups[group as keyof typeof text.resources.groups] ?? group}
            </Title>
            <PlainTable
              label={group}
              columns={columns}
              actions={(row) => <ParameterEditor ve={ve} use={row} refusal={changing} />}
              rows={shown.filter((row) => row.group === group)}
              rowKey={({ parameter }) => parameter}
              empty=""
              minWidth={680}
            />
          </Stack>
        ))}
    </Stack>
  );
}

function columnsOfUse(): readonly PlainColumn<ParameterUse>[] {
  const words = text.resources;
  const number = (pick: (row: ParameterUse) => ParameterUse['limit'] | null) => (row: ParameterUse) =>
    amountText(row, pick(row));
  return [
    { title: words.parameter, width: '34%', cell: (row) => <Name row={row} /> },
    { title: words.held, align: 'right', cell: (row) => <Held row={row} /> },
    { title: words.maxheld, align: 'right', cell: number(({ maxheld }) => maxheld) },
    {
      title: words.barrier,
      align: 'right',
      cell: (row) => (row.barrier === row.limit ? '' : amountText(row, row.barrier)),
    },
    { title: words.limit, align: 'right', cell: number(({ limit }) => limit) },
    { title: words.failcnt, align: 'right', width: 90, cell: (row) => <Refused row={row} /> },
  ];
}

function Name({ row }: { readonly row: ParameterUse }) {
  const about = findParameter(row.parameter)?.text;
  return (
    <>
      <Text size="sm" fw={500}>
        {row.parameter}
      </Text>
      <Text size="xs" c="dimmed" lineClamp={2}>
        {row.note === '' ? about : `${about}. ${words(row)}`}
      </Text>
    </>
  );
}

function words({ state, note }: ParameterUse): string {
  return state === 'limited' ? note : `${text.resources.lacks[state]}: ${note}`;
}

function Held({ row }: { readonly row: ParameterUse }) {
  const { held, limit, parameter } = row;
  const share = held !== null && typeof limit === 'number' && limit > 0 ? Math.min(1, held / limit) : null;
  return (
    <>
      {amountText(row, held)}
      {share !== null && (
        <Progress
          value={share * 100}
          size={3}
          mt={3}
          color={share > 0.9 ? 'red' : 'teal'}
          aria-label={`${parameter}: ${text.resources.held}`}
        />
      )}
    </>
  );
}

function Refused({ row: { failcnt } }: { readonly row: ParameterUse }) {
  if (failcnt === null) return null;
  if (failcnt === 0) return '0';
  return (
    <Tooltip label={text.resources.failcntHelp}>
      <Text size="sm" fw={600} c="var(--insula-bad)" component="span">
        {formatNumber(failcnt)}
      </Text>
    </Tooltip>
  );
}

/** An amount in the unit of its parameter; without limit as a word. */
function amountText({ unit }: ParameterUse, amount: number | string | null): string {
  if (amount === null) return '–';
  return typeof amount === 'number' ? formatAmountIn(unit, amount) : amount;
}
