import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { TerminalView } from '../../terminal/terminal-view.tsx';
import { text } from '../../text/index.ts';
import type { PanelProps } from './tabs.ts';

/** The console of the VE, as a screen and keyboard at it, and a shell of root in it. */
export function ConsolePanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const refusals = { console: refusal('ve.console', ve), shell: refusal('ve.exec', ve) };
  const [chosen, setChosen] = useState<'console' | 'shell'>('console');
  const kind = refusals[chosen] === null ? chosen : refusals.console === null ? 'console' : 'shell';
  const refused = refusals[kind];
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={text.ve.tabs.console}
        value={kind}
        onChange={(value) => setChosen(value as 'console' | 'shell')}
        data={(['console', 'shell'] as const).map((value) => ({
          value,
          label: text.terminal[value],
          disabled: refusals[value] !== null,
        }))}
      />
      {refused === null ? (
        <TerminalView key={kind} ve={ve.uuid} kind={kind} />
      ) : (
        <Text size="sm" c="dimmed">
          {refused}
        </Text>
      )}
    </Stack>
  );
}
