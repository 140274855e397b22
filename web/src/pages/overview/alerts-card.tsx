import type { Alert } from '@insula/contract';
import { Anchor, Group, Skeleton, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { formatAge } from '../../parts/format.ts';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { AlertLevelDot, metricAmount } from '../alerts/alert-level.tsx';

/** What needs somebody now, the worst first. */
export function AlertsCard() {
  const { data, error } = useRead('alert.list');
  const order = { black: 0, red: 1, yellow: 2, green: 3 } as const;
  const alerts = [...(data ?? [])].sort((left, right) => order[left.level] - order[right.level]);
  return (
    <Section title={text.overview.alerts}>
      {error && <Failure error={error} />}
      {data === undefined && !error && <Skeleton height={40} />}
      {data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {text.overview.noAlerts}
        </Text>
      )}
      <Stack gap="xs">
        {alerts.map((alert) => (
          <Row key={`${alert.rule} ${alert.uuid}`} alert={alert} />
        ))}
      </Stack>
    </Section>
  );
}

function Row({ alert }: { readonly alert: Alert }) {
  const { level, ruleName, name, uuid, metric, value, since, muted } = alert;
  return (
    <Group justify="space-between" wrap="nowrap" gap="sm">
      <Group gap="sm" wrap="nowrap" miw={0}>
        <AlertLevelDot level={level} />
        {uuid === null ? (
          <Text size="sm" fw={500}>
            {name}
          </Text>
        ) : (
          <Anchor
            size="sm"
            fw={500}
            renderRoot={(props) => <Link to="/ves/$ve" params={{ ve: uuid }} {...props} />}
          >
            {name}
          </Anchor>
        )}
        <Text size="sm" truncate>
          {ruleName}
          {value !== null && `: ${metricAmount(metric, value)}`}
        </Text>
      </Group>
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {muted ? text.overview.muted : text.overview.since(formatAge(since))}
      </Text>
    </Group>
  );
}
