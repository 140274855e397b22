import { asSchemaNode, operationTable, type VeDetail } from '@insula/contract';
import { Button, Group, Modal, NumberInput, Select, Stack, Switch, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { change } from '../../parts/acts.ts';
import { Failure } from '../../parts/failure.tsx';
import { showAtField } from '../../parts/form-failure.ts';
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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { settings } = text;

  const submit = form.onSubmit(async (values) => {
    const changed = Object.fromEntries(
      shown.filter((name) => form.isDirty(name)).map((name) => [name, values[name]]),
    );
    if (Object.keys(changed).length === 0) return onClose();
    setBusy(true);
    setError(null);
    try {
      await change('ve.set', { params: { ve: ve.uuid }, body: changed });
      onClose();
    } catch (failure) {
      if (!showAtField(form, shown, failure)) setError(failure);
    } finally {
      setBusy(false);
    }
  });

  return (
    <Modal
      opened
      onClose={onClose}
      title={settings.title(ve.name)}
      closeButtonProps={{ 'aria-label': text.common.close }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
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
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {text.common.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {text.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
