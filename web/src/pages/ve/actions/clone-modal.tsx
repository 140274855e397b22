import { Select, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRead } from '../../../calls/reads.ts';
import { change } from '../../../parts/acts.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { text } from '../../../text/index.ts';
import { addressesOf, filled } from '../../create/create-form.ts';
import type { ShownVe } from '../tabs.ts';
import { AddressFields, type AddressKind } from './address-fields.tsx';
import { IdentityFields } from './identity-fields.tsx';

interface CloneModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Another VE with the files and settings of this one. */
export function CloneModal({ ve, onClose }: CloneModalProps) {
  const words = text.actions.clone;
  const { data: saved = [] } = useRead('snapshot.list', { params: { ve: ve.uuid } });
  const snapshots = saved.filter(({ processes }) => processes !== true);
  const form = useForm({
    initialValues: {
      name: '',
      ctid: '' as number | string,
      hostname: '',
      description: '',
      snapshot: '',
      network: 'automatic' as AddressKind,
      addresses: '',
      start: false,
    },
  });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.verb}
      size="lg"
      form={form}
      done={words.done(ve.name)}
      onClose={onClose}
      onSubmit={async ({ name, ctid, hostname, description, snapshot, network, addresses, start }) => {
        await change('ve.clone', {
          params: { ve: ve.uuid },
          body: {
            ...filled({ name, hostname, description, snapshot }),
            ...(typeof ctid === 'number' ? { ctid } : {}),
            ...addressesOf({ network, addresses, pools: [] }),
            start,
          },
        });
      }}
    >
      <Text size="sm">{words.help}</Text>
      <IdentityFields
        propsOf={form.getInputProps}
        help={{
          name: text.create.nameHelp,
          ctid: text.actions.identity.ctidHelp,
          hostname: text.actions.identity.hostnameHelp,
          description: text.actions.identity.descriptionHelp,
        }}
      />
      <Select
        label={words.from}
        allowDeselect={false}
        data={[
          { value: '', label: words.now },
          ...snapshots.map(({ name }) => ({ value: name, label: words.snapshot(name) })),
        ]}
        {...form.getInputProps('snapshot')}
      />
      <AddressFields
        kind={form.values.network}
        onKind={(kind) => form.setFieldValue('network', kind)}
        addresses={form.getInputProps('addresses')}
        error={form.errors['addresses']}
      />
      <Switch label={words.start} {...form.getInputProps('start', { type: 'checkbox' })} />
    </FormModal>
  );
}
