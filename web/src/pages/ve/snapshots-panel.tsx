import { Stack } from '@mantine/core';
import { useRead } from '../../calls/reads.ts';
import { text } from '../../text/index.ts';
import { SavedStates } from './saved-states.tsx';
import type { PanelProps } from './tabs.ts';

/** Snapshots (files) and checkpoints (files and processes) of the VE. */
export function SnapshotsPanel({ ve }: PanelProps) {
  const snapshots = useRead('snapshot.list', { params: { ve: ve.uuid } });
  const checkpoints = useRead('checkpoint.list', { params: { ve: ve.uuid } });
  return (
    <Stack gap="md">
      <SavedStates
        ve={ve}
        kind="snapshot"
        rows={snapshots.data?.filter(({ processes }) => processes !== true)}
        error={snapshots.error}
        words={text.snapshots}
      />
      <SavedStates
        ve={ve}
        kind="checkpoint"
        rows={checkpoints.data}
        error={checkpoints.error}
        words={text.checkpoints}
      />
    </Stack>
  );
}
