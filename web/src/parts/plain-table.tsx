import { Card, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core';
import type { Key, ReactNode } from 'react';
import { Failure } from './failure.tsx';

export interface PlainColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: 'right';
  readonly width?: number | string;
  /** Its cells are buttons: the title is only told, not shown. */
  readonly isActions?: boolean;
}

interface PlainTableProps<Row> {
  readonly label: string;
  readonly columns: readonly PlainColumn<Row>[];
  readonly rows: readonly Row[] | undefined;
  readonly rowKey: (row: Row) => Key;
  readonly empty: string;
  readonly error?: unknown;
  readonly minWidth?: number;
}

/** A table of some dozens of rows. Scrolls sideways where the screen is too narrow for it. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  empty,
  error,
  minWidth = 480,
}: PlainTableProps<Row>) {
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
        minWidth={minWidth}
        // those who come by keyboard scroll it, too
        tabIndex={0}
        role="group"
        aria-label={label}
      >
        <Table aria-label={label}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, align, width, isActions }) => (
                <Table.Th key={title} ta={align} w={width}>
                  {isActions ? <VisuallyHidden>{title}</VisuallyHidden> : title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map(({ title, align, cell }) => (
                  <Table.Td key={title} ta={align}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}
