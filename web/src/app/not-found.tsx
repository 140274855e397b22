import { Text } from '@mantine/core';
import { Page } from '../parts/page.tsx';
import { text } from '../text/index.ts';

export function NotFound() {
  return (
    <Page title={text.notFound.title}>
      <Text c="dimmed">{text.notFound.help}</Text>
    </Page>
  );
}
