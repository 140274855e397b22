import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { type Key, useState } from 'react';
import { text } from '../text/index.ts';
import { formatNumber } from './format.ts';
import { type PlainColumn, PlainTable } from './plain-table.tsx';

/** Rows that are shown at once. */
const pageSize = 100;

interface PagedTableProps<Row> {
  readonly label: string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => Key;
  /** What the filter looks at. */
  readonly filterBy: (row: Row) => string;
  readonly empty: string;
  readonly error?: unknown;
}

/** A table of any number of rows, a hundred of them at a time. */
export function PagedTable<Row>({ rows, filterBy, empty, ...table }: PagedTableProps<Row>) {
  const words = text.paged;
  const [filter, setFilter] = useState('');
  const [wanted, setWanted] = useState(0);
  const sought = filter.toLowerCase();
  const found = rows?.filter((row) => filterBy(row).toLowerCase().includes(sought));
  const count = found?.length ?? 0;
  // it may have become shorter
  const page = Math.min(wanted, Math.max(0, Math.ceil(count / pageSize) - 1));
  const first = page * pageSize;
  const last = Math.min(first + pageSize, count);
  return (
    <Stack gap="xs">
      {rows !== undefined && rows.length > 10 && (
        <Group gap="xs" justify="space-between">
          <TextInput
            type="search"
            size="xs"
            flex={1}
            miw={160}
            maw={320}
            placeholder={words.filter}
            aria-label={`${words.filter}: ${table.label}`}
            value={filter}
            onChange={({ currentTarget: { value } }) => setFilter(value)}
          />
          {count > pageSize && (
            <Group gap="xs" wrap="nowrap">
              <Text size="sm" c="dimmed" aria-live="polite">
                {words.range(formatNumber(first + 1), formatNumber(last), formatNumber(count))}
              </Text>
              <Button variant="default" disabled={page === 0} onClick={() => setWanted(page - 1)}>
                {words.previous}
              </Button>
              <Button variant="default" disabled={last === count} onClick={() => setWanted(page + 1)}>
                {words.next}
              </Button>
            </Group>
          )}
        </Group>
      )}
      <PlainTable
        {...table}
        rows={found?.slice(first, last)}
        empty={rows?.length === 0 ? empty : words.noneFound}
        minWidth={280}
      />
    </Stack>
  );
}
