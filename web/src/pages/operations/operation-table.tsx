import type { Operation } from '@insula/contract';
import { Anchor, Card, Progress, Skeleton, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { isFinished } from '../../calls/follow.ts';
import { Failure } from '../../parts/failure.tsx';
import { formatAge, formatDateTime, formatDuration } from '../../parts/format.ts';
import { operationTitle } from '../../parts/operation-title.ts';
import { OperationBadge } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';

interface OperationTableProps {
  readonly operations: readonly Operation[] | undefined;
  readonly error: unknown;
}

/** Operations, newest first, with how far those are that run. */
export function OperationTable({ operations, error }: OperationTableProps) {
  if (error) return <Failure error={error} />;
  if (operations === undefined) return <Skeleton height={240} />;
  if (operations.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {text.operations.none}
      </Text>
    );
  return (
    <Card p={0}>
      <Table.ScrollContainer type="native" minWidth={560}>
        <Table aria-label={text.operations.title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.operations.what}</Table.Th>
              <Table.Th w={140}>{text.operations.state}</Table.Th>
              <Table.Th w={110}>{text.operations.begun}</Table.Th>
              <Table.Th w={90}>{text.operations.took}</Table.Th>
              <Table.Th>{text.operations.message}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {operations.map((operation) => (
              <Row key={operation.id} operation={operation} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Row({ operation }: { readonly operation: Operation }) {
  const { id, state, createdAt, startedAt, endedAt, message, progress } = operation;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          size="sm"
          fw={500}
          c="var(--mantine-color-text)"
          renderRoot={(props) => <Link to="/operations/$operation" params={{ operation: id }} {...props} />}
        >
          {operationTitle(operation)}
        </Anchor>
      </Table.Td>
      <Table.Td>
        <OperationBadge state={state} />
        {!isFinished(operation) && (
          <Progress value={progress * 100} size={3} mt={4} aria-label={operationTitle(operation)} />
        )}
      </Table.Td>
      <Table.Td title={formatDateTime(createdAt)}>{formatAge(createdAt)}</Table.Td>
      <Table.Td>{tookText(startedAt, endedAt)}</Table.Td>
      <Table.Td>
        <Text size="sm" lineClamp={1} title={message}>
          {message}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

/** How long an operation took; empty while it runs. */
export function tookText(startedAt: string | null, endedAt: string | null): string {
  if (startedAt === null || endedAt === null) return '';
  return formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}
