import { Text } from '@mantine/core';
import { useFreshRead } from '../../calls/reads.ts';
import { formatNumber } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

/** The address pools of the node, and how much of each is given out. */
export function PoolsPanel() {
  const { data, error } = useFreshRead('pool.list');
  const words = text.nodePage.pools;
  const yesNo = (value: boolean) => (value ? words.yes : words.no);
  return (
    <Section title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.help}
      </Text>
      <PlainTable
        label={words.title}
        rows={data}
        error={error}
        rowKey={({ name, prefix }) => `${name} ${prefix}`}
        empty={words.none}
        minWidth={640}
        columns={[
          { title: words.name, cell: ({ name }) => name },
          { title: words.prefix, cell: ({ prefix }) => prefix },
          { title: words.used, align: 'right', cell: ({ used }) => formatNumber(used) },
          { title: words.free, align: 'right', cell: ({ free }) => formatNumber(free) },
          { title: words.automatic, cell: ({ automatic }) => yesNo(automatic) },
          { title: words.nat, cell: ({ nat }) => yesNo(nat) },
        ]}
      />
    </Section>
  );
}
