import { Group, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useFieldRefusal } from '../../../access/who.tsx';
import { change } from '../../../parts/acts.ts';
import { fieldHelp } from '../../../parts/field-help.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { plainInput } from '../../../parts/plain-input.ts';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';
import { changeOf, valuesOf } from './settings-values.ts';

const words = text.networkSettings;
const help = fieldHelp('ve.set');

interface SettingsFormProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Settings of the network of a VE. Only what was changed is sent. */
export function SettingsForm({ ve, onClose }: SettingsFormProps) {
  const form = useForm({ initialValues: valuesOf(ve) });
  // ports of the node open a wall of the VE
  const widening = useFieldRefusal()('ve.widen', ve);
  return (
    <FormModal
      title={words.of(ve.name)}
      verb={text.common.save}
      form={form}
      size="lg"
      onClose={onClose}
      onSubmit={async (values) => {
        const body = changeOf(ve, values);
        if (body !== null) await change('ve.set', { params: { ve: ve.uuid }, body });
      }}
    >
      <Group grow align="flex-start">
        <TextInput
          label={words.nameServers}
          description={words.nameServersHelp}
          data-autofocus
          {...plainInput}
          {...form.getInputProps('dns.servers')}
        />
        <TextInput
          label={words.searchDomains}
          description={words.searchHelp}
          {...plainInput}
          {...form.getInputProps('dns.search')}
        />
      </Group>
      <Textarea
        label={words.forwards}
        description={widening ?? words.forwardsHelp}
        disabled={widening !== null}
        autosize
        minRows={2}
        {...plainInput}
        {...form.getInputProps('forwards')}
      />
      <Textarea
        label={words.rates}
        description={words.ratesHelp}
        autosize
        minRows={2}
        {...plainInput}
        {...form.getInputProps('rates')}
      />
      <Switch
        label={words.ratebound}
        description={words.rateboundHelp}
        {...form.getInputProps('ratebound', { type: 'checkbox' })}
      />
      <TextInput
        label={words.groups}
        description={help('groups')}
        {...plainInput}
        {...form.getInputProps('groups')}
      />
      <Select
        label={words.netfilter}
        description={words.netfilterHelp}
        allowDeselect={false}
        data={Object.entries(words.levels).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps('netfilter')}
      />
    </FormModal>
  );
}
