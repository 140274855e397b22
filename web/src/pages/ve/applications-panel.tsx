import type { ApplicationStatus } from '@insula/contract';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated, useRead } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { act } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Dot } from '../../parts/state-badge.tsx';
import { text } from '../../text/index.ts';
import type { PanelProps } from './tabs.ts';

export function ApplicationsPanel({ ve }: PanelProps) {
  const refusal = useRefusal();
  const [askName, question] = useConfirmName();
  const { data, error } = useRead('app.status', { params: { ve: ve.uuid } });
  const words = text.applications;
  const perform = async (id: 'app.update' | 'app.remove', application: string, done: string) => {
    await act(id, { params: { ve: ve.uuid, application } }, done);
    outdated('app.status');
  };
  const remove = (application: string) =>
    askName({
      title: words.removeTitle(application),
      help: words.removeHelp,
      name: application,
      verb: words.remove,
      onConfirm: () => perform('app.remove', application, words.removed(application)),
    });
  return (
    <Stack gap="md">
      <AddApplication ve={ve} present={data?.map(({ application }) => application) ?? []} />
      <PlainTable
        label={text.ve.tabs.applications}
        rows={data}
        error={error}
        rowKey={({ application }) => application}
        empty={words.none}
        minWidth={560}
        columns={[
          { title: words.name, cell: ({ application }) => application },
          { title: words.version, cell: ({ version, newest }) => versionText(version, newest) },
          { title: words.health, width: 140, cell: (row) => <Health row={row} /> },
        ]}
        actions={({ application, upToDate }) => (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            {upToDate === false && (
              <Action
                refusal={refusal('app.update', ve)}
                onClick={() => void perform('app.update', application, words.updated(application))}
              >
                {words.update}
              </Action>
            )}
            <Action refusal={refusal('app.remove', ve)} onClick={() => remove(application)}>
              {words.remove}
            </Action>
          </Group>
        )}
      />
      {question}
    </Stack>
  );
}

function versionText(version: string | null, newest: string | null): string {
  if (version === null) return text.applications.notRunning;
  return newest === null || newest === version ? version : text.applications.newer(version, newest);
}

function Health({ row: { healthy } }: { readonly row: ApplicationStatus }) {
  if (healthy === null) return '–';
  return healthy ? (
    <Dot tone="ok" label={text.applications.healthy} />
  ) : (
    <Dot tone="bad" label={text.applications.unhealthy} />
  );
}

interface AddApplicationProps extends PanelProps {
  readonly present: readonly string[];
}

function AddApplication({ ve, present }: AddApplicationProps) {
  const refusal = useRefusal()('app.add', ve);
  const { data } = useRead('app.list', {}, { enabled: refusal === null });
  const [chosen, setChosen] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const words = text.applications;
  if (refusal !== null)
    return (
      <Text size="sm" c="dimmed">
        {refusal}
      </Text>
    );
  const add = async () => {
    if (chosen === null) return;
    setBusy(true);
    const went = await act('app.add', { params: { ve: ve.uuid, application: chosen } }, words.added(chosen));
    setBusy(false);
    if (went) setChosen(null);
    outdated('app.status');
  };
  return (
    <Group gap="xs">
      <Select
        size="xs"
        w={240}
        searchable
        aria-label={words.choose}
        placeholder={words.choose}
        data={(data ?? [])
          .filter(({ name }) => !present.includes(name))
          .map(({ name, title }) => ({ value: name, label: title }))}
        value={chosen}
        onChange={setChosen}
      />
      <Button variant="default" disabled={chosen === null} loading={busy} onClick={() => void add()}>
        {words.add}
      </Button>
    </Group>
  );
}
