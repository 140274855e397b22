import type { Column, VeSummary } from '@insula/contract';
import { Checkbox, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type ReactNode, useCallback, useRef } from 'react';
import { text } from '../../text/index.ts';
import { columnTitle } from './column-menu.tsx';
import type { ColumnKey, Sort } from './list-model.ts';
import { VeRow } from './ve-row.tsx';
import classes from './ve-table.module.css';

const rowHeight = 36;

/** How wide a column is, as a track of a grid. */
const widths: Readonly<Record<string, string>> = {
  ctid: '72px',
  name: 'minmax(140px, 1.4fr)',
  state: '130px',
  addresses: 'minmax(150px, 1.4fr)',
  onboot: '84px',
  bootorder: '100px',
  startedAt: '120px',
  uuid: 'minmax(280px, 1.6fr)',
};

interface VeTableProps {
  readonly ves: readonly VeSummary[];
  readonly columns: readonly Column[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (selected: ReadonlySet<string>) => void;
  readonly empty: ReactNode;
}

/** The VEs as a table of which only the rows in sight exist. */
export function VeTable({ ves, columns, sort, onSort, selected, onSelect, empty }: VeTableProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: ves.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ves[index]?.uuid ?? index,
    overscan: 12,
  });
  const picked = ves.filter(({ uuid }) => selected.has(uuid)).length;
  const latest = useRef(selected);
  latest.current = selected;
  const toggle = useCallback(
    (uuid: string) => {
      const next = new Set(latest.current);
      if (!next.delete(uuid)) next.add(uuid);
      onSelect(next);
    },
    [onSelect],
  );
  const template = ['36px', ...columns.map(({ key }) => widths[key] ?? 'minmax(110px, 1fr)')].join(' ');

  return (
    <div
      ref={scroller}
      className={classes['scroller']}
      role="table"
      aria-label={text.list.table}
      aria-rowcount={ves.length + 1}
      style={{ '--columns': template } as React.CSSProperties}
    >
      <div role="rowgroup" className={classes['head']}>
        <div role="row" className={classes['row']} aria-rowindex={1}>
          <div role="columnheader" className={classes['cell']}>
            <Checkbox
              size="xs"
              aria-label={text.list.selectAll}
              checked={picked > 0 && picked === ves.length}
              indeterminate={picked > 0 && picked < ves.length}
              onChange={({ currentTarget: { checked } }) =>
                onSelect(new Set(checked ? ves.map(({ uuid }) => uuid) : []))
              }
            />
          </div>
          {columns.map(({ key, align }) => (
            <Heading key={key} column={key as ColumnKey} align={align} sort={sort} onSort={onSort} />
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        style={{ height: rows.getTotalSize(), position: 'relative', minWidth: 'min-content' }}
      >
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const ve = ves[index];
          return ve === undefined ? null : (
            <VeRow
              key={key}
              ve={ve}
              index={index}
              start={start}
              columns={columns}
              isSelected={selected.has(ve.uuid)}
              onToggle={toggle}
            />
          );
        })}
      </div>
      {ves.length === 0 && empty}
    </div>
  );
}

interface HeadingProps {
  readonly column: ColumnKey;
  readonly align: 'right' | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}

function Heading({ column, align, sort, onSort }: HeadingProps) {
  const isSorted = sort.key === column;
  const Arrow = sort.descending ? ArrowDown : ArrowUp;
  return (
    <div
      role="columnheader"
      className={classes['cell']}
      data-align={align}
      aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <UnstyledButton
        className={classes['sort']}
        onClick={() => onSort({ key: column, descending: isSorted && !sort.descending })}
      >
        {columnTitle(column)}
        {isSorted && <Arrow size={13} aria-hidden />}
      </UnstyledButton>
    </div>
  );
}
