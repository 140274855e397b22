import type { TemplateDiff } from '@insula/contract';
import { Stack } from '@mantine/core';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { PagedTable } from '../../parts/paged-table.tsx';
import { visibleText } from '../../parts/visible-text.ts';
import { text } from '../../text/index.ts';

const words = text.templates.compare;

interface DifferencesProps {
  /** NAME@VERSION, which never changes once it is built. */
  readonly from: string;
  readonly to: string;
}

/** Packages and files in which one version of a template differs from another one. */
export function Differences({ from, to }: DifferencesProps) {
  const { data, error } = useRead('template.diff', { params: { template: from, other: to } });
  if (error) return <Failure error={error} />;
  return (
    <Stack gap="sm">
      <PagedTable<TemplateDiff['packages'][number]>
        label={words.packages}
        rows={data?.packages}
        rowKey={({ package: name }) => name}
        filterBy={({ package: name }) => name}
        empty={words.samePackages}
        columns={[
          { title: words.package, cell: ({ package: name }) => name },
          { title: words.before, cell: ({ from: version }) => version },
          { title: words.after, cell: ({ to: version }) => version },
        ]}
      />
      <PagedTable<TemplateDiff['files'][number]>
        label={words.files}
        rows={data?.files}
        rowKey={({ path }) => path}
        filterBy={({ path }) => path}
        empty={words.sameFiles}
        columns={[
          {
            title: words.path,
            cell: ({ path }) => <span style={{ overflowWrap: 'anywhere' }}>{visibleText(path)}</span>,
          },
          { title: words.change, cell: ({ change }) => words.changes[change], width: 220 },
        ]}
      />
    </Stack>
  );
}
