import type { SnapshotView } from '@insula/contract';
import { Group, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useRefusal } from '../../access/who.tsx';
import { outdated } from '../../calls/reads.ts';
import { Action } from '../../parts/action.tsx';
import { act, change } from '../../parts/acts.ts';
import { useConfirmName } from '../../parts/confirm-name.tsx';
import { FormModal } from '../../parts/form-modal.tsx';
import { formatAge, formatDateTime } from '../../parts/format.ts';
import { Named } from '../../parts/named.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { text } from '../../text/index.ts';
import { CheckpointCheckButton } from './actions/checkpoint-check.tsx';
import { SnapshotDiffModal } from './actions/snapshot-diff-modal.tsx';
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
  const [compared, setCompared] = useState<string | null>(null);
  const [askName, question] = useConfirmName();
  const ask = (verb: 'restore' | 'delete', name: string) => {
    const isBack = verb === 'restore';
    askName({
      title: isBack ? words.restoreTitle(name) : words.deleteTitle(name),
      help: isBack ? words.restoreHelp : words.deleteHelp,
      name,
      verb: words[verb],
      onConfirm: async () => {
        const params = { ve: ve.uuid, [kind]: name } as { ve: string; snapshot: string; checkpoint: string };
        await act(`${kind}.${verb}`, { params }, isBack ? words.restored(name) : words.deleted(name));
        outdated('snapshot.list', 'checkpoint.list');
      },
    });
  };
  return (
    <Section
      title={words.title}
      actions={
        <>
          {kind === 'checkpoint' && <CheckpointCheckButton ve={ve} />}
          <Action refusal={createRefusal} onClick={() => setCreates(true)}>
            {words.create}
          </Action>
        </>
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
              <Named name={current ? `${name} · ${words.current}` : name} note={description} />
            ),
          },
          {
            title: words.taken,
            cell: ({ createdAt }) => <span title={formatDateTime(createdAt)}>{formatAge(createdAt)}</span>,
          },
          { title: words.state, cell: ({ state }) => text.states[state] },
        ]}
        actions={({ name }) => (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            {kind === 'snapshot' && (
              <Action refusal={refusal('snapshot.diff', ve)} onClick={() => setCompared(name)}>
                {text.actions.diff.verb}
              </Action>
            )}
            <Action refusal={refusal(`${kind}.restore`, ve)} onClick={() => ask('restore', name)}>
              {words.restore}
            </Action>
            <Action refusal={refusal(`${kind}.delete`, ve)} onClick={() => ask('delete', name)}>
              {words.delete}
            </Action>
          </Group>
        )}
      />
      {creates && <CreateModal ve={ve} kind={kind} words={words} onClose={() => setCreates(false)} />}
      {compared !== null && (
        <SnapshotDiffModal ve={ve.uuid} snapshot={compared} onClose={() => setCompared(null)} />
      )}
      {question}
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
