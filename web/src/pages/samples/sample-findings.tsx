import { Modal } from '@mantine/core';
import { useFreshRead } from '../../calls/reads.ts';
import { sentence } from '../../parts/failure.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

const tones = { error: 'bad', warning: 'warn', recommendation: 'info' } as const;

interface SampleFindingsProps {
  readonly sample: string;
  readonly onClose: () => void;
}

/** What is inconsistent about a sample, what will hardly do, and what could be better. */
export function SampleFindings({ sample, onClose }: SampleFindingsProps) {
  const { data, error } = useFreshRead('sample.validate', { params: { sample } });
  const words = text.samples;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words.validateOf(sample)}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <PlainTable
        label={words.validateOf(sample)}
        rows={data}
        error={error}
        rowKey={({ parameter, problem }) => `${parameter} ${problem}`}
        empty={words.noFindings}
        columns={[
          {
            title: words.severity,
            width: 150,
            cell: ({ severity }) => <Dot tone={tones[severity]} label={words.severities[severity]} />,
          },
          { title: words.parameter, width: 130, cell: ({ parameter }) => parameter },
          { title: words.problem, cell: ({ problem }) => sentence(problem) },
        ]}
      />
    </Modal>
  );
}
