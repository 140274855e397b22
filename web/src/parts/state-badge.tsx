import type { OperationState, VeState, VeTransition } from '@insula/contract';
import { Group, Loader, Text } from '@mantine/core';
import { text } from '../text/index.ts';
import classes from './state-badge.module.css';

type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'idle';

export const veTones: Readonly<Record<VeState, Tone>> = {
  running: 'ok',
  stopped: 'idle',
  mounted: 'info',
  paused: 'warn',
  suspended: 'info',
};

const operationTones: Readonly<Record<OperationState, Tone>> = {
  queued: 'idle',
  running: 'info',
  undoing: 'warn',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'idle',
};

interface VeBadgeProps {
  readonly state: VeState;
  readonly transition: VeTransition;
}

/** The state of a VE, or what is being done to it. */
export function VeBadge({ state, transition }: VeBadgeProps) {
  if (transition !== null)
    return (
      <Group gap={6} wrap="nowrap" component="span">
        <Loader size={10} aria-hidden />
        <Text size="sm" component="span">
          {text.transitions[transition]}
        </Text>
      </Group>
    );
  return <Dot tone={veTones[state]} hollow={state === 'stopped'} label={text.states[state]} />;
}

export function OperationBadge({ state }: { readonly state: OperationState }) {
  return <Dot tone={operationTones[state]} label={text.operationStates[state]} />;
}

interface DotProps {
  readonly tone: Tone;
  readonly label: string;
  readonly hollow?: boolean;
}

/** A word with a dot in the colour of what it means; the word alone says it, too. */
export function Dot({ tone, label, hollow = false }: DotProps) {
  return (
    <Group gap={7} wrap="nowrap" component="span">
      <span className={classes['dot']} data-tone={tone} data-hollow={hollow || undefined} aria-hidden />
      <Text size="sm" component="span">
        {label}
      </Text>
    </Group>
  );
}
