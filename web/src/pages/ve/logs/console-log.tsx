import { Group, Select, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { open } from '../../../calls/client.ts';
import { Failure } from '../../../parts/failure.tsx';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import { consoleText } from './console-text.ts';
import { LogLines } from './log-lines.tsx';
import { visibleLines } from './visible-lines.ts';

/** What is kept of what comes, in characters. */
const mostKept = 500_000;

const kinds = {
  now: { follow: true },
  boot: { boot: true },
  previous: { previous: true },
  'previous-boot': { previous: true, boot: true },
} as const;

/** What the VE printed on its console, as it goes on; the beginning of its boot; and both of the run before. */
export function ConsoleLog({ ve }: PanelProps) {
  const words = text.logs;
  const [kind, setKind] = useState<keyof typeof kinds>('now');
  const [printed, setPrinted] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    const controller = new AbortController();
    setPrinted(null);
    setError(null);
    const read = async () => {
      const { signal } = controller;
      const { body } = await open('ve.log', { params: { ve: ve.uuid }, query: kinds[kind] }, { signal });
      setPrinted('');
      if (!body) return;
      const decoder = new TextDecoder();
      for await (const bytes of body)
        setPrinted((before) => ((before ?? '') + decoder.decode(bytes, { stream: true })).slice(-mostKept));
    };
    read().catch((failure: unknown) => {
      if (!controller.signal.aborted) setError(failure);
    });
    return () => controller.abort();
  }, [ve.uuid, kind]);
  const shown = printed === null ? '' : visibleLines(consoleText(printed));
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Select
          size="xs"
          w={280}
          aria-label={words.which}
          allowDeselect={false}
          data={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
          value={kind}
          onChange={(value) => setKind((value ?? 'now') as keyof typeof kinds)}
        />
      </Group>
      {error !== null && <Failure error={error} />}
      {printed === '' && (
        <Text size="sm" c="dimmed">
          {words.empty}
        </Text>
      )}
      {shown !== '' && (
        <LogLines label={words.console} length={shown.length}>
          {shown}
        </LogLines>
      )}
    </Stack>
  );
}
