import { useForm } from '@mantine/form';
import { change } from '../../parts/acts.ts';
import { FormModal } from '../../parts/form-modal.tsx';
import { PathField } from '../../parts/path-field.tsx';
import { text } from '../../text/index.ts';

interface ExportFormProps {
  readonly template: string;
  readonly onClose: () => void;
}

/** Writes a template to a file of the node. */
export function ExportForm({ template, onClose }: ExportFormProps) {
  const words = text.templates;
  const form = useForm({ initialValues: { path: `/var/tmp/${template}.tar.zst` } });
  return (
    <FormModal
      title={words.exportOf(template)}
      verb={words.export}
      form={form}
      done={words.exported(template)}
      onClose={onClose}
      onSubmit={async (body) => {
        await change('template.export', { params: { template }, body });
      }}
    >
      <PathField label={words.path} help={words.newFile} inputProps={form.getInputProps('path')} />
    </FormModal>
  );
}

/** Takes in a template that another node has exported. */
export function ImportForm({ onClose }: { readonly onClose: () => void }) {
  const words = text.templates;
  const form = useForm({ initialValues: { path: '' } });
  return (
    <FormModal
      title={words.import}
      verb={words.import}
      form={form}
      done={words.imported}
      onClose={onClose}
      onSubmit={async (body) => {
        await change('template.import', { body });
      }}
    >
      <PathField label={words.path} help={words.oldFile} inputProps={form.getInputProps('path')} />
    </FormModal>
  );
}
