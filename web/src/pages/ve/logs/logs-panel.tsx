import { SegmentedControl, Stack } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { ConsoleLog } from './console-log.tsx';
import { Journal } from './journal.tsx';

/** What services of the VE wrote, and what it printed on its console. */
export function LogsPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const [chosen, setChosen] = useState<'journal' | 'console'>('journal');
  const refused = refusal(chosen === 'journal' ? 've.journal' : 've.log', ve);
  return (
    <Stack gap="sm">
      <SegmentedControl
        size="xs"
        w="fit-content"
        aria-label={text.ve.tabs.logs}
        value={chosen}
        onChange={(value) => setChosen(value as 'journal' | 'console')}
        data={(['journal', 'console'] as const).map((value) => ({ value, label: text.logs[value] }))}
      />
      {refused !== null ? (
        <Refused reason={refused} />
      ) : chosen === 'journal' ? (
        <Journal ve={ve} />
      ) : (
        <ConsoleLog ve={ve} />
      )}
    </Stack>
  );
}
