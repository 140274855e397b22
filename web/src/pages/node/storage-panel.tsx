import type { operationTable, ResultOf } from '@insula/contract';
import { Skeleton, Stack, Text } from '@mantine/core';
import { useFreshRead } from '../../calls/reads.ts';
import { Facts } from '../../parts/facts.tsx';
import { Failure } from '../../parts/failure.tsx';
import { formatBytes, formatNumber } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { StorageActions } from './storage-actions.tsx';

type Use = ResultOf<(typeof operationTable)['vzfs.stats']>;
type Sizes = Pick<Use['layers'][number], 'files' | 'logicalBytes' | 'ownBytes' | 'sharedBytes'>;

/** What the object store holds, who needs it, and what sharing saves. */
export function StoragePanel() {
  const { data, error } = useFreshRead('vzfs.stats');
  const words = text.storage;
  return (
    <Stack gap="md">
      <Section title={words.title} actions={<StorageActions />}>
        <Stack gap="sm">
          <Text size="sm">{words.help}</Text>
          {error && <Failure error={error} />}
          {data === undefined && !error && <Skeleton height={80} />}
          {data && (
            <Facts
              facts={[
                [words.logical, formatBytes(data.logicalBytes)],
                [words.stored, formatBytes(data.storedBytes)],
                [words.saved, formatBytes(data.savedBytes)],
                [words.objects, formatNumber(data.objects)],
              ]}
            />
          )}
        </Stack>
      </Section>
      {data && (
        <>
          <Section title={words.layers}>
            <PlainTable
              label={words.layers}
              rows={data.layers}
              rowKey={({ layer }) => layer}
              empty={words.noLayers}
              minWidth={560}
              columns={[{ title: words.layer, cell: ({ layer }) => layer }, ...sizes]}
            />
          </Section>
          <Section title={words.ves}>
            <PlainTable
              label={words.ves}
              rows={data.ves}
              rowKey={({ uuid }) => uuid}
              empty={words.noVes}
              minWidth={640}
              columns={[
                { title: words.ve, cell: ({ ve }) => ve },
                ...sizes,
                {
                  title: words.private,
                  align: 'right',
                  cell: ({ privateBytes }) => (privateBytes === null ? '' : formatBytes(privateBytes)),
                },
              ]}
            />
          </Section>
        </>
      )}
    </Stack>
  );
}

const sizes = (
  [
    ['files', formatNumber],
    ['logicalBytes', formatBytes],
    ['ownBytes', formatBytes],
    ['sharedBytes', formatBytes],
  ] as const
).map(([key, format]) => ({
  title:
    text.storage[
      ({ files: 'files', logicalBytes: 'size', ownBytes: 'own', sharedBytes: 'shared' } as const)[key]
    ],
  align: 'right' as const,
  cell: (row: Sizes) => format(row[key]),
}));
