import type { VzfsVerification } from '@insula/contract';
import { Modal, Text } from '@mantine/core';
import { sentence } from '../../parts/failure.tsx';
import { Named } from '../../parts/named.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { text } from '../../text/index.ts';

interface VerificationWindowProps {
  readonly damaged: VzfsVerification['damaged'];
  readonly onClose: () => void;
}

/** Objects that are not what they were, who needs them, and which were put right. */
export function VerificationWindow({ damaged, onClose }: VerificationWindowProps) {
  const words = text.storage;
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={words.damagedTitle}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <PlainTable
        label={words.damagedTitle}
        rows={damaged}
        rowKey={({ digest }) => digest}
        empty=""
        minWidth={600}
        columns={[
          {
            title: words.problem,
            cell: ({ problem, repairedFrom }) => (
              <Named
                name={sentence(problem)}
                note={repairedFrom === null ? words.unrepaired : words.repaired(repairedFrom)}
              />
            ),
          },
          { title: words.neededBy, cell: ({ layers }) => layers.join(', ') },
          {
            title: words.digest,
            cell: ({ digest }) => (
              <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {digest}
              </Text>
            ),
          },
        ]}
      />
    </Modal>
  );
}
