import { Stack, Text } from '@mantine/core';
import { RunningOperation, useRunning } from '../../app/running-operations.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';

export function OperationsCard() {
  const running = useRunning();
  return (
    <Section title={text.overview.operations}>
      {running.length === 0 && (
        <Text size="sm" c="dimmed">
          {text.operations.noneRunning}
        </Text>
      )}
      <Stack gap="sm">
        {running.map((operation) => (
          <RunningOperation key={operation.id} operation={operation} />
        ))}
      </Stack>
    </Section>
  );
}
