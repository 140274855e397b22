import type { Column, VeSummary } from '@insula/contract';
import { Checkbox } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, type ReactNode } from 'react';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { VeBadge } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import classes from './ve-table.module.css';

interface VeRowProps {
  readonly ve: VeSummary;
  readonly index: number;
  /** Distance from the top in pixels. */
  readonly start: number;
  readonly columns: readonly Column[];
  readonly isSelected: boolean;
  readonly onToggle: (uuid: string) => void;
}

export const VeRow = memo(function VeRow({ ve, index, start, columns, isSelected, onToggle }: VeRowProps) {
  return (
    <div
      role="row"
      className={classes['row']}
      aria-rowindex={index + 2}
      data-selected={isSelected || undefined}
      data-body
      style={{ transform: `translateY(${start}px)` }}
    >
      <div role="cell" className={classes['cell']}>
        <Checkbox
          size="xs"
          aria-label={text.list.select(ve.name)}
          checked={isSelected}
          onChange={() => onToggle(ve.uuid)}
        />
      </div>
      {columns.map(({ key, align }) => (
        <div key={key} role="cell" className={classes['cell']} data-align={align}>
          {cell(ve, key)}
        </div>
      ))}
    </div>
  );
});

function cell(ve: VeSummary, key: string): ReactNode {
  switch (key) {
    case 'name':
      return (
        <Link
          to="/ves/$ve"
          params={{ ve: ve.uuid }}
          className={classes['name']}
          title={ve.description || ve.name}
        >
          {ve.name}
        </Link>
      );
    case 'state':
      return <VeBadge state={ve.state} transition={ve.transition} />;
    case 'addresses':
      return ve.addresses.join(', ');
    case 'startedAt':
      return ve.startedAt === null ? null : (
        <span title={formatDateTime(ve.startedAt)}>{formatAge(ve.startedAt)}</span>
      );
    default:
      return String(ve[key as keyof VeSummary] ?? '');
  }
}
