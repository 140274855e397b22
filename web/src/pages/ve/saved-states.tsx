import type { SnapshotView } from '@insula/contract';
import { Group, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { act, change } from '../../parts/acts.ts';
import { ConfirmName } from '../../parts/confirm-name.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import type { ShownVe } from './tabs.ts';

type Kind = 'snapshot' | 'checkpoint';

interface SavedStatesProps {
  readonly ve: ShownVe;
  readonly kind: Kind;
  /** Why no more can be taken; null: one can. */
  readonly refusal: string | null;
  readonly rows: readonly SnapshotView[] | undefined;
  readonly error: unknown;
  readonly words: typeof text.snapshots;
}

/** States of a VE that were kept: made, gone back to, deleted. Both ways that lose something ask for the name. */
export function SavedStates({ ve, kind, refusal: createRefusal, rows, error, words }: SavedStatesProps) {
  const refusal = useRefusal();
  const [creates, setCreates] = useState(false);
  const [asks, setAsks] = useState<{ readonly verb: 'restore' | 'delete'; readonly name: string } | null>(
    null,
  );
  const confirm = async () => {
    if (asks === null) return;
    const { verb, name } = asks;
    const params = { ve: ve.uuid, [kind]: name } as { ve: string; snapshot: string; checkpoint: string };
    const done = verb === 'restore' ? words.restored(name) : words.deleted(name);
    await act(`${kind}.${verb}`, { params }, done);
    outdated('snapshot.list', 'checkpoint.list');
  };
  return (
    <Section
      title={words.title}
      actions={
        <Action refusal={createRefusal} onClick={() => setCreates(true)}>
          {words.create}
        </Action>
      }
    >
      <PlainTable
        label={words.title}
        rows={rows}
        error={error}
        rowKey={({ name }) => name}
        empty={words.none}
        minWidth={560}
        columns={[
          {
            title: words.name,
            cell: ({ name, description, current }) => (
              <>
                <Text size="sm" fw={500}>
                  {current ? `${name} · ${words.current}` : name}
                </Text>
                {description !== '' && (
                  <Text size="xs" c="dimmed">
                    {description}
                  </Text>
                )}
              </>
            ),
          },
          {
            title: words.taken,
            cell: ({ createdAt }) => <span title={formatDateTime(createdAt)}>{formatAge(createdAt)}</span>,
          },
          { title: words.state, cell: ({ state }) => text.states[state] },
          {
            title: words.actions,
            align: 'right',
            isActions: true,
            cell: ({ name }) => (
              <Group gap="xs" justify="flex-end" wrap="nowrap">
                <Action
                  refusal={refusal(`${kind}.restore`, ve)}
                  onClick={() => setAsks({ verb: 'restore', name })}
                >
                  {words.restore}
                </Action>
                <Action
                  refusal={refusal(`${kind}.delete`, ve)}
                  onClick={() => setAsks({ verb: 'delete', name })}
                >
                  {words.delete}
                </Action>
              </Group>
            ),
          },
        ]}
      />
      {creates && <CreateModal ve={ve} kind={kind} words={words} onClose={() => setCreates(false)} />}
      {asks && (
        <ConfirmName
          title={asks.verb === 'restore' ? words.restoreTitle(asks.name) : words.deleteTitle(asks.name)}
          help={asks.verb === 'restore' ? words.restoreHelp : words.deleteHelp}
          name={asks.name}
          verb={asks.verb === 'restore' ? words.restore : words.delete}
          onClose={() => setAsks(null)}
          onConfirm={() => void confirm()}
        />
      )}
    </Section>
  );
}

interface CreateModalProps extends Pick<SavedStatesProps, 've' | 'kind' | 'words'> {
  readonly onClose: () => void;
}

function CreateModal({ ve, kind, words, onClose }: CreateModalProps) {
  const form = useForm({ initialValues: { name: '', description: '', keepRunning: true } });
  return (
    <FormModal
      title={words.create}
      verb={words.create}
      form={form}
      onSubmit={async ({ name, description, keepRunning }) => {
        const named = { ...(name === '' ? {} : { name }), ...(description === '' ? {} : { description }) };
        if (kind === 'snapshot') await change('snapshot.create', { params: { ve: ve.uuid }, body: named });
        else await change('checkpoint.create', { params: { ve: ve.uuid }, body: { ...named, keepRunning } });
        outdated('snapshot.list', 'checkpoint.list');
      }}
      onClose={onClose}
    >
      <TextInput
        label={words.name}
        description={words.nameHelp}
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput label={words.description} {...form.getInputProps('description')} />
      {kind === 'checkpoint' && (
        <Switch
          label={text.checkpoints.keepRunning}
          {...form.getInputProps('keepRunning', { type: 'checkbox' })}
        />
      )}
    </FormModal>
  );
}
