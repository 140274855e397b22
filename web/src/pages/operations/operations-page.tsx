import { type OperationState, operationStates } from '@insula/contract';
import { Select } from '@mantine/core';
import { useState } from 'react';
import { useRead } from '../../calls/reads.ts';
import { Page } from '../../parts/page.tsx';
import { text } from '../../text/index.ts';
import { OperationTable } from './operation-table.tsx';

export function OperationsPage() {
  const [state, setState] = useState<OperationState | null>(null);
  const { data, error } = useRead('operation.list', { query: { limit: 100 } });
  return (
    <Page
      title={text.operations.title}
      actions={
        <Select
          size="xs"
          w={150}
          aria-label={text.operations.stateFilter}
          placeholder={text.operations.anyState}
          data={operationStates.map((value) => ({ value, label: text.operationStates[value] }))}
          value={state}
          onChange={(value) => setState(value as OperationState | null)}
          clearable
        />
      }
    >
      <OperationTable
        operations={data?.filter((operation) => state === null || operation.state === state)}
        error={error}
      />
    </Page>
  );
}
