import { Stack } from '@mantine/core';
import { useRefusal } from '../../access/who.tsx';
import { useRead } from '../../calls/reads.ts';
import { text } from '../../text/index.ts';
import { SavedStates } from './saved-states.tsx';
import type { PanelProps } from './tabs.ts';

/** Snapshots (files) and checkpoints (files and processes) of the VE. */
export function SnapshotsPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const snapshots = useRead('snapshot.list', { params: { ve: ve.uuid } });
  const checkpoints = useRead('checkpoint.list', { params: { ve: ve.uuid } });
  const files = snapshots.data?.filter(({ processes }) => processes !== true);
  const { mostSnapshots: most } = ve;
  const isFull = most !== null && (files?.length ?? 0) + (checkpoints.data?.length ?? 0) >= most;
  const full = isFull ? text.refusal.snapshots(most) : null;
  return (
    <Stack gap="md">
      <SavedStates
        ve={ve}
        kind="snapshot"
        refusal={refusal('snapshot.create', ve) ?? full}
        rows={files}
        error={snapshots.error}
        words={text.snapshots}
      />
      <SavedStates
        ve={ve}
        kind="checkpoint"
        refusal={refusal('checkpoint.create', ve) ?? full}
        rows={checkpoints.data}
        error={checkpoints.error}
        words={text.checkpoints}
      />
    </Stack>
  );
}
