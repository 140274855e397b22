import { type VeImport, type VolumeLayout, volumeLayouts } from '@insula/contract';
import { Select, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../parts/acts.ts';
import { fieldHelp } from '../../parts/field-help.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { PathField } from '../../parts/path-field.tsx';
import { text } from '../../text/index.ts';
import { addressesOf, filled } from '../create/create-form.ts';
import { AddressFields, type AddressKind } from '../ve/actions/address-fields.tsx';
import { DiskFields, setLimits, typedLimits } from '../ve/actions/disk-fields.tsx';
import { IdentityFields } from '../ve/actions/identity-fields.tsx';

const help = fieldHelp('ve.import');

const emptyForm = {
  path: '',
  anew: false,
  name: '',
  ctid: '' as number | string,
  hostname: '',
  description: '',
  network: 'automatic' as AddressKind,
  addresses: '',
  layout: null as VolumeLayout | null,
  parameters: typedLimits({}),
  start: false,
};

/** What is sent: only what was filled in. @throws CodedError invalid_parameter for a limit that is no amount */
function bodyOf(values: typeof emptyForm): VeImport {
  const { path, anew, name, ctid, hostname, description, network, addresses, layout, start } = values;
  const parameters = setLimits(values.parameters);
  return {
    path: path.trim(),
    anew,
    start,
    ...filled({ name, hostname, description }),
    ...(typeof ctid === 'number' ? { ctid } : {}),
    ...addressesOf({ network, addresses, pools: [] }),
    ...(layout === null ? {} : { layout }),
    ...(Object.keys(parameters).length === 0 ? {} : { parameters }),
  };
}

/** Makes a VE of what a node has exported. */
export function ImportModal({ onClose }: { readonly onClose: () => void }) {
  const words = text.actions.import;
  const form = useForm({ initialValues: emptyForm });
  return (
    <FormModal
      title={words.title}
      verb={words.verb}
      size="lg"
      form={form}
      isReady={form.values.path !== ''}
      done={words.done}
      onClose={onClose}
      onSubmit={async (values) => {
        await change('ve.import', { body: bodyOf(values) });
      }}
    >
      <PathField label={words.path} help={words.pathHelp} inputProps={form.getInputProps('path')} />
      <Switch
        label={words.anew}
        description={help('anew')}
        {...form.getInputProps('anew', { type: 'checkbox' })}
      />
      <IdentityFields
        propsOf={form.getInputProps}
        help={{
          name: form.values.anew ? text.create.nameHelp : words.emptyHelp,
          ctid: words.ctidHelp,
          hostname: words.emptyHelp,
          description: words.emptyHelp,
        }}
      />
      <AddressFields
        kind={form.values.network}
        onKind={(kind) => form.setFieldValue('network', kind)}
        addresses={form.getInputProps('addresses')}
        error={form.errors['addresses']}
        automatic={form.values.anew ? text.actions.addresses.automatic : words.asArchived}
      />
      <Select
        label={words.layout}
        description={words.layoutHelp}
        clearable
        data={volumeLayouts.map((value) => ({ value, label: text.ve.layouts[value] }))}
        {...form.getInputProps('layout')}
      />
      <DiskFields propsOf={form.getInputProps} placeholder={words.asArchived} />
      <Switch label={words.start} {...form.getInputProps('start', { type: 'checkbox' })} />
    </FormModal>
  );
}
