import type { SnapshotChange } from '@insula/contract';
import { Modal } from '@mantine/core';
import { useFreshRead } from '../../../calls/reads.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';

const words = text.actions.diff;

interface SnapshotDiffModalProps {
  readonly ve: string;
  readonly snapshot: string;
  readonly onClose: () => void;
}

/** Files of a VE that are not as they were when a snapshot was taken. */
export function SnapshotDiffModal({ ve, snapshot, onClose }: SnapshotDiffModalProps) {
  const { data, error, isFetching } = useFreshRead('snapshot.diff', { params: { ve, snapshot } });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title(snapshot)}
      size="lg"
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <PagedTable<SnapshotChange>
        label={words.list}
        // what was read when it was open last is not what is now
        rows={isFetching ? undefined : data}
        error={error}
        rowKey={({ path }) => path}
        filterBy={({ path }) => path}
        empty={words.none}
        columns={[
          {
            title: words.path,
            cell: ({ path }) => <span style={{ overflowWrap: 'anywhere' }}>{visibleText(path)}</span>,
          },
          { title: words.change, cell: ({ change }) => words.changes[change], width: 110 },
        ]}
      />
    </Modal>
  );
}
