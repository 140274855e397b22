import { type AuditRecord, operationTable } from '@insula/contract';
import { Anchor, Autocomplete, Button, Group, Stack, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { call } from '../../calls/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { formatDateTime } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import { VerifyButton } from './verify-button.tsx';

const pageSize = 100;
const typingMs = 300;
const calls = Object.keys(operationTable).sort();

/** Who did what, newest first, in pages. */
export function AuditPage() {
  const words = text.audit;
  const refusal = useRefusal()('audit.list');
  const [typed, setTyped] = useState({ user: '', call: '', target: '' });
  const [wanted] = useDebouncedValue(typed, typingMs);
  const only = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== ''));
  const { data, error, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['audit.list', only],
    queryFn: async ({ pageParam, signal }) =>
      await call(
        'audit.list',
        { query: { ...only, limit: pageSize, ...(pageParam === null ? {} : { before: pageParam }) } },
        signal,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < pageSize ? null : (page.at(-1)?.seq ?? null)),
    enabled: refusal === null,
    staleTime: 0,
  });
  const type = (field: keyof typeof typed) => (value: string) => setTyped({ ...typed, [field]: value });
  return (
    <Page
      title={words.title}
      refusal={refusal}
      actions={
        <>
          <VerifyButton />
          <Button variant="default" component="a" href="/v1/audit/export" download="audit.jsonl">
            {words.export}
          </Button>
        </>
      }
    >
      <Stack gap="sm">
        <Group gap="sm" align="flex-end">
          <TextInput
            size="xs"
            label={words.onlyWho}
            value={typed.user}
            onChange={({ currentTarget: { value } }) => type('user')(value)}
            autoComplete="off"
          />
          <Autocomplete
            size="xs"
            label={words.onlyCall}
            data={calls}
            limit={30}
            value={typed.call}
            onChange={type('call')}
          />
          <TextInput
            size="xs"
            label={words.onlyTarget}
            value={typed.target}
            onChange={({ currentTarget: { value } }) => type('target')(value)}
            autoComplete="off"
          />
        </Group>
        {error && <Failure error={error} />}
        {!error && <Entries records={data?.pages.flat()} />}
        {hasNextPage && (
          <Group justify="center">
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {words.more}
            </Button>
          </Group>
        )}
      </Stack>
    </Page>
  );
}

function Entries({ records }: { readonly records: readonly AuditRecord[] | undefined }) {
  const words = text.audit;
  return (
    <PlainTable
      label={words.title}
      rows={records}
      rowKey={({ seq }) => seq}
      empty={words.none}
      minWidth={860}
      columns={[
        { title: words.seq, align: 'right', width: 70, cell: ({ seq }) => seq },
        {
          title: words.at,
          width: 190,
          cell: ({ at }) => <span style={{ whiteSpace: 'nowrap' }}>{formatDateTime(at)}</span>,
        },
        { title: words.who, cell: ({ who }) => who },
        { title: words.from, cell: ({ from }) => from },
        { title: words.call, cell: (record) => <Call record={record} /> },
        { title: words.target, cell: ({ target }) => target },
        { title: words.fields, cell: ({ fields }) => fields.join(', ') },
        {
          title: words.result,
          cell: ({ result }) =>
            result === 'ok' ? <Dot tone="ok" label={words.ok} /> : <Dot tone="bad" label={result} />,
        },
      ]}
    />
  );
}

function Call({ record: { call: id, operation } }: { readonly record: AuditRecord }) {
  if (operation === null) return id;
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => <Link to="/operations/$operation" params={{ operation }} {...props} />}
    >
      {id}
    </Anchor>
  );
}
