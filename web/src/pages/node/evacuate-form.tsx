import type { Peer } from '@insula/contract';
import { NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useWho } from '../../access/who.tsx';
import { RunningOperation, useRunning } from '../../app/running-operations.tsx';
import { change } from '../../parts/acts.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import {
  initialMigration,
  MigrationFields,
  migrationBody,
  NodeField,
} from '../../parts/migration-fields.tsx';
import { text } from '../../text/index.ts';

interface EvacuateFormProps {
  readonly peers: readonly Peer[];
  readonly onClose: () => void;
}

/** Moves all VEs away, once the name of this node was typed. */
export function EvacuateForm({ peers, onClose }: EvacuateFormProps) {
  const words = text.peers;
  const { node: own } = useWho();
  const form = useForm({ initialValues: { ...initialMigration(peers), parallel: 2, typed: '' } });
  const { node, typed } = form.values;
  const all = useRunning().filter(({ kind }) => kind === 'node.evacuate' || kind === 've.migrate');
  const running = all.some(({ kind }) => kind === 'node.evacuate') ? all : [];
  return (
    <FormModal
      title={words.evacuateTitle(own)}
      verb={words.evacuate}
      color="red"
      form={form}
      isReady={typed === own && node !== ''}
      onSubmit={async ({ parallel, typed: _, ...how }) => {
        await change('node.evacuate', { body: { ...migrationBody(how), parallel } });
      }}
      done={words.evacuated(node)}
      onClose={onClose}
    >
      <Text size="sm">{words.evacuateHelp}</Text>
      <NodeField peers={peers} inputProps={form.getInputProps('node')} />
      <MigrationFields inputProps={form.getInputProps} bandwidthHelp={text.migration.bandwidthOfAll} />
      <NumberInput
        label={words.parallel}
        min={1}
        max={16}
        allowDecimal={false}
        {...form.getInputProps('parallel')}
      />
      {running.length > 0 ? (
        <Stack gap="xs">
          {running.map((operation) => (
            <RunningOperation key={operation.id} operation={operation} />
          ))}
          <Text size="sm">{text.migration.goesOn}</Text>
        </Stack>
      ) : (
        <TextInput
          label={text.confirm.typeName(own)}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('typed')}
        />
      )}
    </FormModal>
  );
}
