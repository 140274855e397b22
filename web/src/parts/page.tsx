import { Box, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { text } from '../text/index.ts';

interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Why the user may not see it; it is shown instead. */
  readonly refusal?: string | null;
  readonly children: ReactNode;
}

/** A screen: its title, what can be done, and its content. */
export function Page({ title, actions, refusal = null, children }: PageProps) {
  useTitle(title);
  return (
    <Stack gap="md" p={{ base: 'sm', sm: 'md' }}>
      <Group justify="space-between" gap="sm" mih={30}>
        <Title order={1}>{title}</Title>
        {actions && refusal === null && <Group gap="xs">{actions}</Group>}
      </Group>
      <Box>{refusal === null ? children : <Text size="sm">{refusal}</Text>}</Box>
    </Stack>
  );
}

/** Names the page in the tab of the browser. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title]);
}
