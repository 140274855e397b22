import type { CapacityRow } from '@insula/contract';
import { Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { formatAmountIn, formatShare } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

/** What the node has of each resource, how much of it is promised, and what is used of it. */
export function CapacityCard() {
  const { data, error } = useRead('node.capacity');
  return (
    <Section title={text.overview.capacity}>
      {error && <Failure error={error} />}
      <Stack gap="md">
        {data === undefined && !error && <Skeleton height={180} />}
        {data
          ?.filter(({ total }) => total > 0)
          .map((row) => (
            <Resource key={row.resource} row={row} />
          ))}
      </Stack>
    </Section>
  );
}

function Resource({ row }: { readonly row: CapacityRow }) {
  const { resource, unit, total, promised, promisable, used, overcommit } = row;
  const amount = (value: number) => formatAmountIn(unit, value);
  const part = (value: number) => (total === 0 ? 0 : Math.min(100, (value / total) * 100));
  const name = text.overview.resources[resource];
  const facts = [
    ...(used === null ? [] : [text.overview.used(amount(used))]),
    text.overview.promised(amount(promised)),
    text.overview.left(amount(promisable)),
    ...(overcommit === null ? [] : [text.overview.overcommit(formatShare(overcommit / 100))]),
  ];
  return (
    <div>
      <Group justify="space-between" gap="xs" mb={4}>
        <Text size="sm" fw={500}>
          {name}
        </Text>
        <Text size="sm">{amount(total)}</Text>
      </Group>
      <Stack gap={3}>
        {used !== null && (
          <Progress
            value={part(used)}
            size={6}
            color={part(used) > 90 ? 'red' : 'teal'}
            aria-label={`${name}: ${text.overview.used(amount(used))}`}
          />
        )}
        <Progress
          value={part(promised)}
          size={3}
          color="gray"
          aria-label={`${name}: ${text.overview.promised(amount(promised))}`}
        />
      </Stack>
      <Text size="xs" c="dimmed" mt={4}>
        {facts.join(' · ')}
      </Text>
    </div>
  );
}
