import { asSchemaNode, operationTable, type VeDetail } from '@insula/contract';
import { Group, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../parts/acts.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';

/** What each field is for, in the words of the contract. */
const fields = asSchemaNode(operationTable['ve.set'].body).properties ?? {};
const help = (name: string) => asSchemaNode(fields[name]).description;

const shown = ['description', 'hostname', 'onboot', 'bootorder', 'stopTimeout', 'protected'] as const;

interface SettingsModalProps {
  readonly ve: VeDetail;
  readonly onClose: () => void;
}

/** Settings of a VE that are no resources. Only what was changed is sent. */
export function SettingsModal({ ve, onClose }: SettingsModalProps) {
  const { description, hostname, onboot, bootorder, stopTimeout, protected: isProtected } = ve;
  const form = useForm({
    initialValues: { description, hostname, onboot, bootorder, stopTimeout, protected: isProtected },
  });
  const { settings } = text;
  return (
    <FormModal
      title={settings.title(ve.name)}
      verb={text.common.save}
      form={form}
      onSubmit={async (values) => {
        const changed = Object.fromEntries(
          shown.filter((name) => form.isDirty(name)).map((name) => [name, values[name]]),
        );
        if (Object.keys(changed).length === 0) return;
        await change('ve.set', { params: { ve: ve.uuid }, body: changed });
      }}
      onClose={onClose}
    >
      <TextInput
        label={settings.description}
        description={help('description')}
        data-autofocus
        {...form.getInputProps('description')}
      />
      <TextInput
        label={settings.hostname}
        description={help('hostname')}
        {...form.getInputProps('hostname')}
      />
      <Select
        label={settings.onboot}
        description={help('onboot')}
        allowDeselect={false}
        data={Object.entries(text.ve.onboots).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps('onboot')}
      />
      <Group grow align="flex-start">
        <NumberInput
          label={settings.bootorder}
          description={help('bootorder')}
          {...form.getInputProps('bootorder')}
        />
        <NumberInput
          label={settings.stopTimeout}
          description={help('stopTimeout')}
          {...form.getInputProps('stopTimeout')}
        />
      </Group>
      <Switch
        label={settings.protected}
        description={help('protected')}
        {...form.getInputProps('protected', { type: 'checkbox' })}
      />
    </FormModal>
  );
}
