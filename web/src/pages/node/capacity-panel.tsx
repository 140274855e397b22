import type { CapacityRow } from '@insula/contract';
import { useFreshRead } from '../../calls/reads.ts';
import { formatAmountIn } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

/** What there is, what was promised to VEs, and what is left. */
export function CapacityPanel() {
  const { data, error } = useFreshRead('node.capacity');
  const words = text.nodePage.capacity;
  const amount = (key: 'total' | 'reserve' | 'promised' | 'promisable' | 'limits' | 'used') => ({
    title: words[key],
    align: 'right' as const,
    cell: ({ unit, [key]: value }: CapacityRow) =>
      value === null ? text.common.unlimited : formatAmountIn(unit, value),
  });
  return (
    <Section title={words.title}>
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ resource }) => resource}
        empty={words.none}
        minWidth={820}
        columns={[
          { title: words.resource, cell: ({ resource }) => text.overview.resources[resource] },
          amount('total'),
          amount('reserve'),
          amount('promised'),
          amount('promisable'),
          amount('limits'),
          {
            title: words.used,
            align: 'right',
            cell: ({ unit, used }) => (used === null ? '' : formatAmountIn(unit, used)),
          },
          {
            title: words.overcommit,
            align: 'right',
            cell: ({ overcommit }) => (overcommit === null ? '' : formatAmountIn('percent', overcommit)),
          },
        ]}
      />
    </Section>
  );
}
