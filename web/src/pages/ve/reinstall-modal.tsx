import { asSchemaNode, VeReinstall } from '@insula/contract';
import { Select, Switch, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useRead } from '../../calls/reads.ts';
import { change } from '../../parts/acts.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { text } from '../../text/index.ts';
import type { ShownVe } from './tabs.ts';

const help = (field: string) => asSchemaNode(asSchemaNode(VeReinstall).properties?.[field]).description;

interface ReinstallModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Gives a VE a new root, of its template or another one. What may be lost is asked for by the name of the VE. */
export function ReinstallModal({ ve, onClose }: ReinstallModalProps) {
  const words = text.reinstall;
  const { data: templates = [] } = useRead('template.list');
  const form = useForm({
    initialValues: { template: ve.template.name, dropOld: false, credentials: true, typed: '' },
  });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.submit}
      color="red"
      form={form}
      isReady={form.values.typed === ve.name}
      onSubmit={async ({ template, dropOld, credentials }) => {
        await change('ve.reinstall', { params: { ve: ve.uuid }, body: { template, dropOld, credentials } });
      }}
      done={words.done(ve.name)}
      onClose={onClose}
    >
      <Text size="sm">{words.help}</Text>
      <Select
        label={text.ve.template}
        searchable
        allowDeselect={false}
        data={templates
          .filter(({ version }) => version !== null)
          .map(({ name, title }) => ({ value: name, label: title }))}
        {...form.getInputProps('template')}
      />
      <Switch
        label={words.dropOld}
        description={help('dropOld')}
        {...form.getInputProps('dropOld', { type: 'checkbox' })}
      />
      <Switch
        label={words.credentials}
        description={help('credentials')}
        {...form.getInputProps('credentials', { type: 'checkbox' })}
      />
      <TextInput
        label={text.confirm.typeName(ve.name)}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps('typed')}
      />
    </FormModal>
  );
}
