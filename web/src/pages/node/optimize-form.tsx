import type { VeOptimization } from '@insula/contract';
import { Modal, MultiSelect, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRead } from '../../calls/reads.ts';
import { change } from '../../parts/acts.ts';
import { sentence } from '../../parts/failure.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { formatBytes, formatNumber } from '../../parts/format.ts';
import { Named } from '../../parts/named.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { text } from '../../text/index.ts';

/** Has equal files of VEs stored once, and tells what was found in each. */
export function OptimizeForm({ onClose }: { readonly onClose: () => void }) {
  const words = text.storage;
  const { data: known = [] } = useRead('ve.list');
  const form = useForm({ initialValues: { ves: [] as string[] } });
  const [found, setFound] = useState<readonly VeOptimization[] | null>(null);
  if (found !== null) return <Found found={found} onClose={onClose} />;
  return (
    <FormModal
      title={words.optimizeTitle}
      verb={words.optimize}
      form={form}
      stays
      onSubmit={async ({ ves }) => {
        const { result } = await change('vzfs.optimize', {
          body: ves.length === 0 ? { all: true } : { ves },
        });
        setFound(result as readonly VeOptimization[]);
      }}
      onClose={onClose}
    >
      <Text size="sm">{words.optimizeHelp}</Text>
      <MultiSelect
        label={words.optimizeVes}
        placeholder={form.values.ves.length === 0 ? words.allVes : ''}
        searchable
        data={known
          .filter(({ state }) => state === 'stopped')
          .map(({ uuid, name }) => ({ value: uuid, label: name }))}
        {...form.getInputProps('ves')}
      />
    </FormModal>
  );
}

interface FoundProps {
  readonly found: readonly VeOptimization[];
  readonly onClose: () => void;
}

function Found({ found, onClose }: FoundProps) {
  const words = text.storage;
  const amount = (
    title: string,
    key: 'readFiles' | 'movedFiles' | 'movedBytes' | 'storedBytes',
    format: (value: number) => string,
  ) => ({ title, align: 'right' as const, cell: (row: VeOptimization) => format(row[key]) });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words.optimized}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <PlainTable
        label={words.optimized}
        rows={found}
        rowKey={({ uuid }) => uuid}
        empty={words.noVes}
        minWidth={520}
        columns={[
          {
            title: words.ve,
            cell: ({ ve, problem }) => <Named name={ve} note={problem === null ? '' : sentence(problem)} />,
          },
          amount(words.read, 'readFiles', formatNumber),
          amount(words.moved, 'movedFiles', formatNumber),
          amount(words.movedBytes, 'movedBytes', formatBytes),
          amount(words.newBytes, 'storedBytes', formatBytes),
        ]}
      />
    </Modal>
  );
}
