import type { JournalEntry } from '@insula/contract';
import { Button, Group, Select, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useRefusal } from '../../../access/who.tsx';
import { readings } from '../../../calls/readings.ts';
import { useRead } from '../../../calls/reads.ts';
import { Failure } from '../../../parts/failure.tsx';
import { formatDateTime } from '../../../parts/format.ts';
import { visibleText } from '../../../parts/visible-text.ts';
import { text } from '../../../text/index.ts';
import type { PanelProps } from '../tabs.ts';
import classes from './log-lines.module.css';
import { LogLines } from './log-lines.tsx';
import { useJournal } from './use-journal.ts';
import { visibleLines } from './visible-lines.ts';

/** Entries of the journal, filtered by service and priority, with what comes while one looks. */
export function Journal({ ve }: PanelProps) {
  const words = text.logs;
  const refusal = useRefusal();
  const mayWatch = refusal('readings') === null;
  const services = useRead(
    've.services',
    { params: { ve: ve.uuid } },
    { enabled: refusal('ve.services', ve) === null },
  );
  const [service, setService] = useState<string | null>(null);
  const [priority, setPriority] = useState('7');
  const [follows, setFollows] = useState(true);
  const { entries, error, hasEarlier, earlier, later } = useJournal(ve.uuid, service);
  // the journal has no events of its own
  useEffect(
    () => (mayWatch && follows ? readings.watch(() => void later()) : undefined),
    [mayWatch, follows, later],
  );
  const shown = entries?.filter((entry) => (entry.priority ?? 6) <= Number(priority));
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Select
          size="xs"
          w={{ base: '100%', xs: 220 }}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': words.allServices }}
          aria-label={words.service}
          placeholder={words.allServices}
          data={services.data?.map(({ name }) => ({ value: name, label: visibleText(name) })) ?? []}
          value={service}
          onChange={setService}
        />
        <Select
          size="xs"
          w={{ base: '100%', xs: 200 }}
          aria-label={words.priority}
          allowDeselect={false}
          data={Object.entries(words.priorities).map(([value, label]) => ({ value, label }))}
          value={priority}
          onChange={(value) => setPriority(value ?? '7')}
        />
        {mayWatch ? (
          <Switch
            size="xs"
            label={words.follow}
            checked={follows}
            onChange={({ currentTarget: { checked } }) => setFollows(checked)}
          />
        ) : (
          <Button variant="default" onClick={() => void later()}>
            {words.readAgain}
          </Button>
        )}
        {hasEarlier && (
          <Button variant="default" onClick={() => void earlier()}>
            {words.earlier}
          </Button>
        )}
      </Group>
      {error !== null && <Failure error={error} />}
      {shown === undefined && error === null && <Skeleton height={240} />}
      {shown?.length === 0 && (
        <Text size="sm" c="dimmed">
          {words.noEntries}
        </Text>
      )}
      {shown !== undefined && shown.length > 0 && (
        <LogLines label={words.journal} length={shown.length}>
          {shown.map((entry) => (
            <Entry key={entry.cursor} entry={entry} />
          ))}
        </LogLines>
      )}
    </Stack>
  );
}

function Entry({ entry: { at, source, priority, text: line } }: { readonly entry: JournalEntry }) {
  const tone = priority === null || priority > 4 ? 'plain' : priority === 4 ? 'warn' : 'bad';
  return (
    <div className={classes['entry']} data-tone={tone}>
      <span className={classes['at']}>{formatDateTime(at)}</span>
      <span className={classes['source']}>{visibleText(source)}</span>
      <span className={classes['text']}>{visibleLines(line)}</span>
    </div>
  );
}
