import { type Operation, type OperationState, operationStates } from '@insula/contract';
import { Button, Group, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { call } from '../../calls/client.ts';
import { useRead } from '../../calls/reads.ts';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { text } from '../../text/index.ts';
import { OperationTable } from './operation-table.tsx';

const pageSize = 100;

export function OperationsPage() {
  const [state, setState] = useState<OperationState | null>(null);
  const newest = useRead('operation.list', { query: { limit: pageSize } });
  const older = useOlder(newest.data);
  const all = newest.data && [...newest.data, ...older.operations];
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
      <Stack gap="sm">
        <OperationTable
          operations={all?.filter((operation) => state === null || operation.state === state)}
          error={newest.error}
        />
        {older.error !== null && <Failure error={older.error} />}
        {older.hasMore && (
          <Group justify="center">
            <Button variant="default" loading={older.isLoading} onClick={() => void older.load()}>
              {text.operations.older}
            </Button>
          </Group>
        )}
      </Stack>
    </Page>
  );
}

interface Older {
  /** The oldest of those that are kept current, behind which it goes on. */
  readonly behind: string;
  readonly operations: readonly Operation[];
  readonly isEnd: boolean;
}

/** What was before those that are kept current: it has ended, and is read once. When those end elsewhere, it is asked for anew. */
function useOlder(newest: readonly Operation[] | undefined) {
  const [read, setRead] = useState<Older | null>(null);
  const [isLoading, setIsLoading] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const behind = newest?.at(-1)?.id;
  const known = read !== null && read.behind === behind ? read : null;
  const operations = known?.operations ?? [];
  const load = async () => {
    const before = operations.at(-1)?.id ?? behind;
    if (before === undefined || behind === undefined) return;
    setIsLoading(true);
    setError(null);
    try {
      const page = await call('operation.list', { query: { limit: pageSize, before } });
      setRead({ behind, operations: [...operations, ...page], isEnd: page.length < pageSize });
    } catch (failure) {
      setError(failure);
    } finally {
      setIsLoading(false);
    }
  };
  const hasMore = known?.isEnd !== true && (newest?.length ?? 0) >= pageSize;
  return { operations, hasMore, isLoading, error, load };
}
