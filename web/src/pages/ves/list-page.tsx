import type { VeSummary } from '@insula/contract';
import { veStates } from '@insula/contract';
import { Button, Card, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useFileRefusal } from '../../access/file-refusal.ts';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { text } from '../../text/index.ts';
import { BulkBar } from './bulk-bar.tsx';
import { ColumnMenu } from './column-menu.tsx';
import { ImportModal } from './import-modal.tsx';
import {
  filterVes,
  listColumns,
  parseSort,
  type Sort,
  sortText,
  sortVes,
  usualColumns,
} from './list-model.ts';
import { VeTable } from './ve-table.tsx';

const narrowColumns = ['name', 'state'];

export function ListPage() {
  const { data, error, refetch } = useRead('ve.list');
  const search = useSearch({ from: '/ves' });
  const navigate = useNavigate({ from: '/ves' });
  const isNarrow = useMediaQuery('(max-width: 40em)') === true;
  const [chosen, setChosen] = useLocalStorage<readonly string[]>({
    key: 'insula.list.columns',
    defaultValue: usualColumns,
  });
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());

  const sort = parseSort(search.sort);
  const { state } = search;
  // what is typed counts at once; the address follows, which the router may be busy with
  const [q, setQ] = useState(search.q ?? '');
  const shown = useMemo(
    () => sortVes(filterVes(data ?? [], { q, state }), parseSort(search.sort)),
    [data, q, state, search.sort],
  );
  const picked = useMemo(() => shown.filter(({ uuid }) => selected.has(uuid)), [shown, selected]);
  const columns = listColumns.filter(({ key }) => (isNarrow ? narrowColumns : chosen).includes(key));

  const look = (change: Partial<Record<'q' | 'state' | 'sort', string | undefined>>) => {
    void navigate({
      search: (before) =>
        Object.fromEntries(
          Object.entries({ ...before, ...change }).filter(([, value]) => value !== undefined && value !== ''),
        ),
      replace: true,
    });
  };

  return (
    <Page title={text.list.title} actions={<Actions />}>
      <Stack gap="sm">
        <Group gap="sm" wrap="wrap">
          <TextInput
            size="xs"
            leftSection={<Search size={14} aria-hidden />}
            placeholder={text.list.search}
            aria-label={text.list.searchLabel}
            type="search"
            value={q}
            onChange={({ currentTarget: { value } }) => {
              setQ(value);
              look({ q: value });
            }}
            flex={1}
            miw={180}
            maw={360}
          />
          <Select
            size="xs"
            w={140}
            aria-label={text.list.stateLabel}
            placeholder={text.list.anyState}
            data={veStates.map((value) => ({ value, label: text.states[value] }))}
            value={veStates.find((value) => value === state) ?? null}
            onChange={(value) => look({ state: value ?? undefined })}
            clearable
          />
          {!isNarrow && <ColumnMenu columns={listColumns} chosen={chosen} onChange={setChosen} />}
          <Text size="sm" c="dimmed" ml="auto" aria-live="polite">
            {data !== undefined && text.list.count(shown.length, data.length)}
          </Text>
        </Group>
        {picked.length > 0 && <BulkBar ves={picked} onClear={() => setSelected(new Set())} />}
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {data === undefined && !error && <Skeleton height={320} />}
        {data !== undefined && (
          <Card p={0}>
            <VeTable
              ves={shown}
              columns={columns}
              sort={sort}
              onSort={(next: Sort) => look({ sort: sortText(next) })}
              selected={selected}
              onSelect={setSelected}
              empty={<Empty all={data} />}
            />
          </Card>
        )}
      </Stack>
    </Page>
  );
}

function Empty({ all }: { readonly all: readonly VeSummary[] }) {
  return (
    <Stack align="center" gap="sm" py="xl">
      <Text size="sm" c="dimmed">
        {all.length === 0 ? text.list.none : text.list.noneFound}
      </Text>
      {all.length === 0 && <CreateButton />}
    </Stack>
  );
}

function Actions() {
  const refusal = useRefusal();
  const namesFiles = useFileRefusal();
  const [imports, setImports] = useState(false);
  return (
    <>
      <Action size="xs" refusal={refusal('ve.import') ?? namesFiles} onClick={() => setImports(true)}>
        {text.actions.import.verb}
      </Action>
      <CreateButton />
      {imports && <ImportModal onClose={() => setImports(false)} />}
    </>
  );
}

function CreateButton() {
  const refusal = useRefusal()('ve.create');
  return (
    <Button
      size="xs"
      leftSection={<Plus size={14} aria-hidden />}
      {...(refusal === null
        ? { renderRoot: (props: Record<string, unknown>) => <Link to="/create" {...props} /> }
        : { 'data-disabled': true, 'aria-disabled': true, title: refusal })}
    >
      {text.list.create}
    </Button>
  );
}
