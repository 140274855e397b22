import { Text } from '@mantine/core';

/** Why there is nothing to see here. */
export function Refused({ reason }: { readonly reason: string }) {
  return (
    <Text size="sm" c="dimmed">
      {reason}
    </Text>
  );
}
