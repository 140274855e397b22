import type { Operation } from '@insula/contract';
import { ActionIcon, Anchor, Group, Indicator, Popover, Progress, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { useRefusal } from '../access/who.tsx';
import { isFinished } from '../calls/follow.ts';
import { useRead } from '../calls/reads.ts';
import { operationTitle } from '../parts/operation-title.ts';
import { text } from '../text/index.ts';

/** Operations that are under way; events keep it current. */
export function useRunning(): readonly Operation[] {
  const refusal = useRefusal();
  const { data = [] } = useRead(
    'operation.list',
    { query: { limit: 100 } },
    { enabled: refusal('operation.list') === null },
  );
  return data.filter((operation) => !isFinished(operation));
}

/** What the node is doing, from everywhere. */
export function RunningOperations() {
  const running = useRunning();
  const label = text.operations.running(running.length);
  return (
    <Popover position="bottom-end" width={340} withArrow shadow="md">
      <Indicator
        label={running.length}
        size={15}
        disabled={running.length === 0}
        processing={running.length > 0}
      >
        <Popover.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={label} title={label}>
            <Activity size={18} />
          </ActionIcon>
        </Popover.Target>
      </Indicator>
      <Popover.Dropdown p="sm">
        <Stack gap="sm">
          {running.length === 0 && (
            <Text size="sm" c="dimmed">
              {text.operations.noneRunning}
            </Text>
          )}
          {running.slice(0, 8).map((operation) => (
            <RunningOperation key={operation.id} operation={operation} />
          ))}
          <Anchor component={Link} to="/operations" size="sm">
            {text.operations.all}
          </Anchor>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

export function RunningOperation({ operation }: { readonly operation: Operation }) {
  const { id, progress, message } = operation;
  return (
    <Stack gap={4}>
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Anchor
          size="sm"
          c="var(--mantine-color-text)"
          fw={500}
          truncate
          renderRoot={(props) => <Link to="/operations/$operation" params={{ operation: id }} {...props} />}
        >
          {operationTitle(operation)}
        </Anchor>
        <Text size="xs" c="dimmed" truncate maw="50%">
          {message}
        </Text>
      </Group>
      <Progress value={progress * 100} size="xs" aria-label={operationTitle(operation)} animated />
    </Stack>
  );
}
