import type { Peer } from '@insula/contract';
import { Anchor, NumberInput, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { RunningOperation, useRunning } from '../../../app/running-operations.tsx';
import { useFreshRead } from '../../../calls/reads.ts';
import { change } from '../../../parts/acts.ts';
import { Failure } from '../../../parts/failure.tsx';
import { fieldHelp } from '../../../parts/field-help.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import {
  initialMigration,
  MigrationFields,
  migrationBody,
  NodeField,
} from '../../../parts/migration-fields.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { MigrateCheck } from './migrate-check.tsx';

const help = fieldHelp('ve.migrate');

interface MigrateModalProps {
  readonly ve: ShownVe;
  /** The VE is on the other node, and its page is still in sight. */
  readonly onMoved: () => void;
  readonly onClose: () => void;
}

/** Moves a VE to a trusted node: how it would move is looked at first, and how far it is shown meanwhile. */
export function MigrateModal(props: MigrateModalProps) {
  const { data, error } = useFreshRead('peer.list');
  if (data === undefined && !error) return null;
  return <MigrateForm {...props} peers={data ?? []} error={error} />;
}

interface MigrateFormProps extends MigrateModalProps {
  readonly peers: readonly Peer[];
  readonly error: unknown;
}

function MigrateForm({ ve, peers, error, onMoved, onClose }: MigrateFormProps) {
  const words = text.migrate;
  const form = useForm({
    initialValues: { ...initialMigration(peers), timeLimit: '' as number | '' },
  });
  const { node } = form.values;
  const running = useRunning().find(({ kind, target }) => kind === 've.migrate' && target.id === ve.uuid);
  const params = { ve: ve.uuid, node };
  const check = useFreshRead('ve.migrate.check', { params }, { enabled: node !== '' && !running });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.verb}
      size="xl"
      form={form}
      isReady={node !== '' && running === undefined && check.data?.mode !== null}
      onSubmit={async ({ timeLimit, ...how }) => {
        const body = { ...migrationBody(how), ...(timeLimit === '' ? {} : { timeLimit }) };
        await change('ve.migrate', { params: { ve: ve.uuid }, body });
        if (location.pathname.startsWith(`/ves/${ve.uuid}`)) onMoved();
      }}
      done={words.done(ve.name, node)}
      onClose={onClose}
    >
      {error !== null && <Failure error={error} />}
      {peers.length === 0 && error === null && (
        <Text size="sm">
          {text.migration.noPeers}{' '}
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/node/$tab" params={{ tab: 'nodes' }} {...props} />}
          >
            {text.migration.toPeers}
          </Anchor>
        </Text>
      )}
      <NodeField peers={peers} inputProps={form.getInputProps('node')} />
      {node !== '' && !running && <MigrateCheck ve={ve} check={check} />}
      {running && (
        <Stack gap="xs">
          <RunningOperation operation={running} />
          <Text size="sm">{text.migration.goesOn}</Text>
        </Stack>
      )}
      <MigrationFields inputProps={form.getInputProps} bandwidthHelp={text.migration.bandwidthHelp} />
      <NumberInput
        label={words.timeLimit}
        description={help('timeLimit')}
        placeholder={text.migration.unlimited}
        min={1}
        allowDecimal={false}
        {...form.getInputProps('timeLimit')}
      />
    </FormModal>
  );
}
