import type { VeSummary } from '@insula/contract';
import { CloseButton, Group, Paper, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { Action } from '../../parts/action.tsx';
import { change } from '../../parts/acts.ts';
import { BulkModal, type BulkWork } from '../../parts/bulk-modal.tsx';
import { type PowerVerb, powerCalls } from '../../parts/power.ts';
import { text } from '../../text/index.ts';

const verbs: readonly PowerVerb[] = ['start', 'stop', 'restart', 'pause', 'resume', 'suspend'];

interface BulkBarProps {
  readonly ves: readonly VeSummary[];
  readonly onClear: () => void;
}

/** What can be done to all VEs that are selected: a verb is offered when it can be done to one of them. */
export function BulkBar({ ves, onClear }: BulkBarProps) {
  const refusal = useRefusal();
  const [work, setWork] = useState<BulkWork | null>(null);
  const refusalOfAll = (verb: PowerVerb): string | null => {
    const reasons = ves.map((ve) => refusal(powerCalls[verb], ve));
    return reasons.includes(null) ? null : (reasons[0] ?? null);
  };
  return (
    <Paper withBorder p="xs" bg="var(--mantine-primary-color-light)">
      <Group gap="xs">
        <Text size="sm" fw={500} px="xs" aria-live="polite">
          {text.list.selected(ves.length)}
        </Text>
        {verbs.map((verb) => (
          <Action
            key={verb}
            refusal={refusalOfAll(verb)}
            onClick={() =>
              setWork({
                title: text.bulk.title(text.power[verb], ves.length),
                items: ves.map((ve) => ({
                  key: ve.uuid,
                  name: ve.name,
                  refusal: refusal(powerCalls[verb], ve),
                  run: async () => await change(powerCalls[verb], { params: { ve: ve.uuid } }),
                })),
              })
            }
          >
            {text.power[verb]}
          </Action>
        ))}
        <CloseButton ml="auto" aria-label={text.list.clear} title={text.list.clear} onClick={onClear} />
      </Group>
      {work && <BulkModal work={work} onClose={() => setWork(null)} />}
    </Paper>
  );
}
