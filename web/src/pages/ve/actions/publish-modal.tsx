import { Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../../parts/acts.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { text } from '../../../text/index.ts';
import { filled } from '../../create/create-form.ts';
import type { ShownVe } from '../tabs.ts';

interface PublishModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Makes a template, or a new version of one, of the files of a VE. */
export function PublishModal({ ve, onClose }: PublishModalProps) {
  const words = text.actions.publish;
  const form = useForm({ initialValues: { template: '', title: '' } });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.submit}
      form={form}
      isReady={form.values.template !== ''}
      done={words.done(form.values.template)}
      onClose={onClose}
      onSubmit={async ({ template, title }) => {
        await change('template.publish', {
          params: { ve: ve.uuid },
          body: { template, ...filled({ title }) },
        });
      }}
    >
      <Text size="sm">{words.help}</Text>
      <TextInput
        label={words.template}
        description={words.templateHelp}
        required
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        {...form.getInputProps('template')}
      />
      <TextInput label={words.name} {...form.getInputProps('title')} />
    </FormModal>
  );
}
