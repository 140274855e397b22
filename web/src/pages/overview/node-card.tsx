import { Skeleton } from '@mantine/core';
import { useRead } from '../../calls/reads.ts';
import { Facts } from '../../parts/facts.tsx';
import { Failure } from '../../parts/failure.tsx';
import { formatAge, formatBytes, formatNumber } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

export function NodeCard() {
  const { data: node, error } = useRead('node.show');
  const { overview } = text;
  return (
    <Section title={node === undefined ? overview.node : `${overview.node} ${node.name}`}>
      {error && <Failure error={error} />}
      {node === undefined && !error && <Skeleton height={160} />}
      {node && (
        <Facts
          facts={[
            [overview.version, node.version],
            [overview.distribution, node.distribution],
            [overview.kernel, node.kernel],
            [overview.cgroups, node.cgroups],
            [overview.up, formatAge(node.startedAt)],
            [
              overview.pool,
              overview.poolUse(formatBytes(node.pool.freeBytes), formatBytes(node.pool.totalBytes)),
            ],
            [
              overview.addresses,
              overview.addressUse(formatNumber(node.addressPool.used), formatNumber(node.addressPool.size)),
            ],
          ]}
        />
      )}
      {node && node.unreadable.length > 0 && (
        <Failure
          error={new Error(`${overview.unreadable(node.unreadable.length)}: ${node.unreadable[0]?.path}`)}
        />
      )}
    </Section>
  );
}
