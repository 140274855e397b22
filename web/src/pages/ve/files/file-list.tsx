import type { GuestFile } from '@insula/contract';
import { Card, Skeleton, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { call } from '../../../calls/client.ts';
import { Failure } from '../../../parts/failure.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import classes from './file-list.module.css';
import { FileRow, type FileVerb } from './file-row.tsx';

const rowHeight = 38;
/** Entries that are asked for at once. */
const page = 1000;

interface FileListProps {
  readonly ve: ShownVe;
  readonly path: string;
  readonly onAsk: (verb: FileVerb, file: GuestFile) => void;
}

/** A folder, of which only the rows in sight exist, and only the entries that somebody has come near to were asked for. */
export function FileList({ ve, path, onAsk }: FileListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['file.list', { params: { ve: ve.uuid }, query: { path } }],
    queryFn: async ({ pageParam, signal }) => {
      const query = { path, most: page, ...(pageParam === null ? {} : { after: pageParam }) };
      return await call('file.list', { params: { ve: ve.uuid }, query }, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.path),
  });
  const files = data?.pages.flat() ?? [];
  const rows = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => files[index]?.path ?? index,
    overscan: 12,
  });
  const shown = rows.getVirtualItems();
  const isNearEnd = (shown.at(-1)?.index ?? 0) >= files.length - 50;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetchingNextPage, fetchNextPage]);

  if (error && data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={240} />;
  const { columns } = text.files;
  return (
    <>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      <Card p={0}>
        <div
          ref={scroller}
          className={classes['scroller']}
          role="table"
          aria-label={text.files.list}
          aria-rowcount={hasNextPage ? -1 : files.length + 1}
        >
          <div role="rowgroup" className={classes['head']}>
            <div role="row" className={classes['row']} aria-rowindex={1}>
              {(['name', 'size', 'mode', 'owner', 'modified'] as const).map((column) => (
                <div key={column} role="columnheader" className={classes['cell']} data-column={column}>
                  {columns[column]}
                </div>
              ))}
              <div role="columnheader" className={classes['cell']} aria-label={columns.actions} />
            </div>
          </div>
          <div role="rowgroup" style={{ height: rows.getTotalSize(), position: 'relative' }}>
            {shown.map(({ index, key, start }) => {
              const file = files[index];
              return file === undefined ? null : (
                <FileRow key={key} ve={ve} file={file} index={index} start={start} onAsk={onAsk} />
              );
            })}
          </div>
        </div>
      </Card>
      <Text size="sm" c="dimmed">
        {files.length === 0 ? text.files.empty : text.files.count(files.length, hasNextPage)}
      </Text>
    </>
  );
}
