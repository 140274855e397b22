import type { InterfaceView } from '@insula/contract';
import { Group, NumberInput, Select, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { outdated } from '../../../calls/reads.ts';
import { change } from '../../../parts/acts.ts';
import { fieldHelp } from '../../../parts/field-help.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { plainInput } from '../../../parts/plain-input.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { additionOf, changeOf, valuesOf } from './interface-values.ts';

const words = text.interfaces;
const help = fieldHelp('ve.netif.add');

interface InterfaceFormProps {
  readonly ve: ShownVe;
  /** Null: a new one. */
  readonly shown: InterfaceView | null;
  readonly onClose: () => void;
}

export function InterfaceForm({ ve, shown, onClose }: InterfaceFormProps) {
  const form = useForm({ initialValues: valuesOf(shown) });
  const { name, kind, device } = form.values;
  return (
    <FormModal
      title={shown === null ? words.addTo(ve.name) : words.changeOf(shown.name)}
      verb={shown === null ? words.add : text.common.save}
      form={form}
      size="lg"
      isReady={device !== '' && name !== ''}
      hidden={shown === null ? [] : ['name', 'kind']}
      done={text.common.saved(name)}
      onClose={onClose}
      onSubmit={async (values) => {
        const params = { ve: ve.uuid };
        if (shown === null) await change('ve.netif.add', { params, body: additionOf(values) });
        else {
          const body = changeOf(shown, values);
          if (body !== null)
            await change('ve.netif.set', { params: { ...params, interface: shown.name }, body });
        }
        outdated('ve.netif.list');
      }}
    >
      {shown === null && (
        <Group grow align="flex-start">
          <TextInput
            label={words.name}
            description={help('name')}
            required
            data-autofocus
            {...plainInput}
            {...form.getInputProps('name')}
          />
          <Select
            label={words.kind}
            description={words.kindHelp}
            allowDeselect={false}
            data={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
            {...form.getInputProps('kind')}
            // the node sees nothing of what does not go through a bridge
            onChange={(value) =>
              form.setValues({ kind: value as InterfaceView['kind'], filter: value === 'bridge' })
            }
          />
        </Group>
      )}
      <Group grow align="flex-start">
        <TextInput
          label={words.device}
          description={words.deviceHelp}
          required
          {...plainInput}
          {...form.getInputProps('device')}
        />
        <TextInput
          label={words.mac}
          description={shown === null ? words.macHelp : help('mac')}
          {...plainInput}
          {...form.getInputProps('mac')}
        />
      </Group>
      <Textarea
        label={words.addresses}
        description={words.addressesHelp}
        autosize
        minRows={2}
        {...plainInput}
        {...form.getInputProps('addresses')}
      />
      <Group grow align="flex-start">
        <TextInput
          label={words.gateway}
          description={words.gatewayHelp}
          {...plainInput}
          {...form.getInputProps('gateway')}
        />
        <TextInput
          label={words.gateway6}
          description={words.gatewayHelp}
          {...plainInput}
          {...form.getInputProps('gateway6')}
        />
        <NumberInput
          label={words.mtu}
          description={words.mtuHelp}
          allowDecimal={false}
          {...form.getInputProps('mtu')}
        />
      </Group>
      <Switch
        label={words.dhcp}
        description={help('dhcp')}
        {...form.getInputProps('dhcp', { type: 'checkbox' })}
      />
      {kind === 'bridge' && (
        <Switch
          label={words.filter}
          description={help('filter')}
          {...form.getInputProps('filter', { type: 'checkbox' })}
        />
      )}
      {shown !== null && (
        <Text size="xs" c="dimmed">
          {words.applied}
        </Text>
      )}
    </FormModal>
  );
}
