import { Group, Table, UnstyledButton } from '@mantine/core';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { language, text } from '../text/index.ts';

/** What a table is sorted by. */
export interface Sort {
  readonly title: string;
  readonly descending: boolean;
}

const words = new Intl.Collator(language, { numeric: true });

/** A second click turns the order around. */
export function nextSort(sort: Sort | undefined, title: string): Sort {
  return { title, descending: sort?.title === title && !sort.descending };
}

/** Rows in the order that was asked for. */
export function sorted<Row>(
  rows: readonly Row[],
  by: ((row: Row) => string | number) | undefined,
  sort: Sort | undefined,
): readonly Row[] {
  if (by === undefined || sort === undefined) return rows;
  const sign = sort.descending ? -1 : 1;
  const compare = (left: string | number, right: string | number) =>
    typeof left === 'number' && typeof right === 'number'
      ? left - right
      : words.compare(String(left), String(right));
  return rows.toSorted((left, right) => sign * compare(by(left), by(right)));
}

interface SortHeadingProps {
  readonly title: string;
  readonly align: 'right' | undefined;
  readonly width: number | string | undefined;
  readonly isWide: boolean;
  readonly sort: Sort | undefined;
  readonly onSort: () => void;
}

export function SortHeading({ title, align, width, isWide, sort, onSort }: SortHeadingProps) {
  const isSorted = sort?.title === title;
  const Arrow = sort?.descending === true ? ArrowDown : ArrowUp;
  return (
    <Table.Th
      ta={align}
      w={width}
      {...(isWide ? { visibleFrom: 'sm' } : {})}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton fz="inherit" fw="inherit" title={text.list.sortBy(title)} onClick={onSort}>
        <Group gap={4} wrap="nowrap" component="span">
          {title}
          {isSorted && <Arrow size={13} aria-hidden />}
        </Group>
      </UnstyledButton>
    </Table.Th>
  );
}
