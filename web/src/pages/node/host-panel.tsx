import { Stack, Text } from '@mantine/core';
import { useFreshRead, useRead } from '../../calls/reads.ts';
import { Facts } from '../../parts/facts.tsx';
import { sentence } from '../../parts/failure.tsx';
import { formatBytes, formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

const tones = { ok: 'ok', degraded: 'warn', missing: 'bad' } as const;

/** What `insula doctor` finds: each feature of the host, and what its lack means. */
export function HostPanel() {
  const { data: node } = useRead('node.show');
  const { data, error } = useFreshRead('node.findings');
  const { overview, nodePage: words } = text;
  return (
    <Stack gap="md">
      {node && (
        <Section title={words.about}>
          <Facts
            facts={[
              [words.title, node.name],
              [overview.version, node.version],
              [overview.distribution, node.distribution],
              [overview.kernel, node.kernel],
              [overview.cgroups, node.cgroups],
              [overview.up, formatDateTime(node.startedAt)],
              [
                overview.pool,
                `${node.pool.path}: ${overview.poolUse(formatBytes(node.pool.freeBytes), formatBytes(node.pool.totalBytes))}`,
              ],
              ...node.unreadable.map(({ path, problem }) => [path, problem] as const),
            ]}
          />
        </Section>
      )}
      <Section title={words.doctor}>
        <PlainTable
          label={words.doctor}
          rows={data}
          error={error}
          rowKey={({ feature, found }) => `${feature} ${found}`}
          empty={words.noFindings}
          minWidth={760}
          columns={[
            { title: words.feature, width: 170, cell: ({ feature }) => feature },
            {
              title: words.state,
              width: 120,
              cell: ({ state }) => <Dot tone={tones[state]} label={words.states[state]} />,
            },
            { title: words.found, cell: ({ found }) => found },
            {
              title: words.consequence,
              cell: ({ consequence, remedy }) => (
                <>
                  <Text size="sm">{sentence(consequence)}</Text>
                  <Text size="xs" c="dimmed">
                    {sentence(remedy)}
                  </Text>
                </>
              ),
            },
          ]}
        />
      </Section>
    </Stack>
  );
}
