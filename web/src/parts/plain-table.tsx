import { Card, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type Key, type ReactNode, useState } from 'react';
import { text } from '../text/index.ts';
import { Failure } from './failure.tsx';
import { nextSort, type Sort, SortHeading, sorted } from './sort-heading.tsx';

export interface PlainColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'right';
  readonly width?: number | string;
  /** Left out where the screen is narrow. */
  readonly isWide?: boolean;
  /** What rows are sorted by, once somebody asks for it by the title. */
  readonly sortBy?: (row: Row) => string | number;
}

interface PlainTableProps<Row> {
  readonly label: string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly rows: readonly Row[] | undefined;
  /** Buttons of a row, at its end. */
  readonly actions?: (row: Row) => ReactNode;
  readonly rowKey: (row: Row) => Key;
  readonly empty: string;
  readonly error?: unknown;
  readonly minWidth?: number;
  /** The least width on a narrow screen, where wide columns are left out. */
  readonly narrowWidth?: number;
  /** The order at the beginning; without it that of the rows. */
  readonly initialSort?: Sort;
}

/** A table of some dozens of rows. Scrolls sideways where the screen is too narrow for it. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  actions,
  rowKey,
  empty,
  error,
  minWidth = 480,
  narrowWidth = minWidth,
  initialSort,
}: PlainTableProps<Row>) {
  const isNarrow = useMediaQuery('(max-width: 47.99em)');
  const [sort, setSort] = useState<Sort | undefined>(initialSort);
  if (error) return <Failure error={error} />;
  if (rows === undefined) return <Skeleton height={160} />;
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {empty}
      </Text>
    );
  return (
    <Card p={0}>
      <Table.ScrollContainer
        type="native"
        minWidth={isNarrow === true ? narrowWidth : minWidth}
        // those who come by keyboard scroll it, too
        tabIndex={0}
        role="group"
        aria-label={label}
      >
        <Table aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, align, width, isWide, sortBy }) =>
                sortBy ? (
                  <SortHeading
                    key={title}
                    title={title}
                    align={align}
                    width={width}
                    isWide={isWide === true}
                    sort={sort}
                    onSort={() => setSort(nextSort(sort, title))}
                  />
                ) : (
                  <Table.Th key={title} ta={align} w={width} {...(isWide ? { visibleFrom: 'sm' } : {})}>
                    {title}
                  </Table.Th>
                ),
              )}
              {actions && (
                // no wider than its buttons
                <Table.Th w={1}>
                  <VisuallyHidden>{text.common.actions}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {sorted(rows, columns.find(({ title }) => title === sort?.title)?.sortBy, sort).map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map(({ title, align, isWide, cell }) => (
                  <Table.Td key={title} ta={align} {...(isWide ? { visibleFrom: 'sm' } : {})}>
                    {cell(row)}
                  </Table.Td>
                ))}
                {actions && (
                  <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                    {actions(row)}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
