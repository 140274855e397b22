import { Text } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { OperationTable } from '../operations/operation-table.tsx';
import type { PanelProps } from './tabs.ts';

/** What was done to the VE. */
export function OperationsPanel({ ve }: PanelProps) {
  const refused = useRefusal()('operation.list', ve);
  const { data, error } = useRead(
    'operation.list',
    { query: { ve: ve.uuid, limit: 100 } },
    { enabled: refused === null },
  );
  if (refused !== null)
    return (
      <Text size="sm" c="dimmed">
        {refused}
      </Text>
    );
  return <OperationTable operations={data} error={error} />;
}
