import { Stack } from '@mantine/core';
import type { PanelProps } from '../tabs.ts';
import { AddressesSection } from './addresses-section.tsx';
import { InterfacesSection } from './interfaces-section.tsx';
import { SettingsSection } from './settings-section.tsx';

/** How the VE is on networks: its routed link, its further interfaces, and what holds for both. */
export function NetworkPanel({ ve }: PanelProps) {
  return (
    <Stack gap="md">
      <AddressesSection ve={ve} />
      <InterfacesSection ve={ve} />
      <SettingsSection ve={ve} />
    </Stack>
  );
}
