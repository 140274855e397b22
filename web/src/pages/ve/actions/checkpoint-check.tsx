import { Group, Modal, Skeleton, Stack } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { useFreshRead } from '../../../calls/reads.ts';
import { Action } from '../../../parts/action.tsx';
import { Failure } from '../../../parts/failure.tsx';
import { Dot } from '../../../parts/state-badge.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { BlockerTable, CheckAgain } from './blocker-table.tsx';

/** Asks whether the processes of a VE can be saved, before somebody relies on it. */
export function CheckpointCheckButton({ ve }: { readonly ve: ShownVe }) {
  const [asks, setAsks] = useState(false);
  const refusal =
    useRefusal()('ve.checkpoint.check', ve) ??
    (ve.state === 'running' ? null : text.refusal.state(['running'], ve.state));
  return (
    <>
      <Action refusal={refusal} onClick={() => setAsks(true)}>
        {text.checks.verb}
      </Action>
      {asks && <CheckWindow ve={ve} onClose={() => setAsks(false)} />}
    </>
  );
}

interface CheckWindowProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

function CheckWindow({ ve, onClose }: CheckWindowProps) {
  const words = text.checks;
  const params = { ve: ve.uuid };
  const { data, error, isFetching, refetch } = useFreshRead('ve.checkpoint.check', { params });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={words.title(ve.name)}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <Stack gap="sm">
        {error && <Failure error={error} />}
        {data === undefined && !error && <Skeleton height={60} />}
        {data && !error && (
          <>
            <Dot
              tone={data.possible ? 'ok' : 'bad'}
              label={data.possible ? words.possible(data.processes) : words.impossible}
            />
            {data.blockers.length > 0 && (
              <BlockerTable label={words.blockers} blockers={data.blockers} empty="" />
            )}
          </>
        )}
        <Group justify="flex-end">
          <CheckAgain isBusy={isFetching} onClick={() => void refetch()} />
        </Group>
      </Stack>
    </Modal>
  );
}
