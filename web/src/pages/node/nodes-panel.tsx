import { Stack } from '@mantine/core';
import { IdentitySection } from './identity-section.tsx';
import { PeersSection } from './peers-section.tsx';

/** This node as others know it, and the nodes that it trusts. */
export function NodesPanel() {
  return (
    <Stack gap="md">
      <IdentitySection />
      <PeersSection />
    </Stack>
  );
}
