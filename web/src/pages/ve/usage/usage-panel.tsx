import { Stack } from '@mantine/core';
import type { PanelProps } from '../tabs.ts';
import { MonthSection } from './month-section.tsx';
import { TrafficSection } from './traffic-section.tsx';

/** What the VE has used: over the network since its creation, and of everything that is billed. */
export function UsagePanel({ ve }: PanelProps) {
  return (
    <Stack gap="md">
      <TrafficSection ve={ve} />
      <MonthSection ve={ve} />
    </Stack>
  );
}
