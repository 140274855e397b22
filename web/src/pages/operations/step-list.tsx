import type { OperationStep, StepState } from '@insula/contract';
import { Group, Loader, Stack, Text } from '@mantine/core';
import { Check, Circle, Undo2, X } from 'lucide-react';
import { formatDuration } from '../../parts/format.ts';
import { text } from '../../text/index.ts';

/** The steps of an operation with how each went and how long it took. */
export function StepList({ steps }: { readonly steps: readonly OperationStep[] }) {
  return (
    <Stack component="ol" gap={6} m={0} p={0} style={{ listStyle: 'none' }}>
      {steps.map((step, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps of a plan keep their places
        <li key={index}>
          <Group justify="space-between" wrap="nowrap" gap="sm">
            <Group gap="sm" wrap="nowrap" miw={0}>
              <StepIcon state={step.state} />
              <Text size="sm" {...(step.state === 'pending' ? { c: 'dimmed' } : {})}>
                {step.title}
              </Text>
            </Group>
            {step.milliseconds !== null && (
              <Text size="xs" c="dimmed">
                {formatDuration(step.milliseconds)}
              </Text>
            )}
          </Group>
          {step.problem !== null && (
            <Text size="xs" c="var(--insula-bad)" pl={26}>
              {step.problem}
            </Text>
          )}
        </li>
      ))}
    </Stack>
  );
}

function StepIcon({ state }: { readonly state: StepState }) {
  const label = text.stepStates[state];
  switch (state) {
    case 'running':
    case 'undoing':
      return <Loader size={14} aria-label={label} />;
    case 'done':
      return <Check size={14} color="var(--insula-ok)" role="img" aria-label={label} />;
    case 'failed':
      return <X size={14} color="var(--insula-bad)" role="img" aria-label={label} />;
    case 'undone':
      return <Undo2 size={14} color="var(--insula-warn)" role="img" aria-label={label} />;
    case 'pending':
      return <Circle size={14} color="var(--insula-idle)" role="img" aria-label={label} />;
  }
}
