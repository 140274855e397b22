import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../../parts/acts.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';

interface RenameModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Gives a VE another name. */
export function RenameModal({ ve, onClose }: RenameModalProps) {
  const words = text.actions.rename;
  const form = useForm({ initialValues: { name: ve.name } });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.verb}
      form={form}
      isReady={form.values.name !== '' && form.isDirty('name')}
      done={words.done(ve.name)}
      onClose={onClose}
      onSubmit={async (body) => {
        await change('ve.rename', { params: { ve: ve.uuid }, body });
      }}
    >
      <TextInput
        label={words.name}
        description={words.help}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        {...form.getInputProps('name')}
      />
    </FormModal>
  );
}
