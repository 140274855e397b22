import { Stack } from '@mantine/core';
import { useRefusal } from '../../../access/who.tsx';
import { Refused } from '../../../parts/refused.tsx';
import { MutesSection } from '../../alerts/mutes-section.tsx';
import { NowSection } from '../../alerts/now-section.tsx';
import { PastSection } from '../../alerts/past-section.tsx';
import type { PanelProps } from '../tabs.ts';
import { VeRulesSection } from './ve-rules-section.tsx';

/** What is wrong with the VE now, what was, and the rules that watch it. */
export function AlertsPanel({ ve }: PanelProps) {
  const refused = useRefusal()('alert.list', ve);
  if (refused !== null) return <Refused reason={refused} />;
  return (
    <Stack gap="md">
      <NowSection ve={ve} />
      <MutesSection ve={ve} />
      <VeRulesSection ve={ve} />
      <PastSection ve={ve} />
    </Stack>
  );
}
