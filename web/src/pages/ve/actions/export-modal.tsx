import { NumberInput, Switch } from '@mantine/core';
import { useForm } from '@mantine/form';
import { change } from '../../../parts/acts.ts';
import { fieldHelp } from '../../../parts/field-help.ts';
import { FormModal } from '../../../parts/form-modal.tsx';
import { PathField } from '../../../parts/path-field.tsx';
import { text } from '../../../text/index.ts';
import type { ShownVe } from '../tabs.ts';

const help = fieldHelp('ve.export');

interface ExportModalProps {
  readonly ve: ShownVe;
  readonly onClose: () => void;
}

/** Writes a VE to a file of the node, for another node. */
export function ExportModal({ ve, onClose }: ExportModalProps) {
  const words = text.actions.export;
  const form = useForm({
    initialValues: {
      path: `/var/tmp/${ve.name}.tar.zst`,
      withoutTemplate: false,
      snapshots: false,
      timeLimit: '' as number | string,
    },
  });
  return (
    <FormModal
      title={words.title(ve.name)}
      verb={words.verb}
      form={form}
      isReady={form.values.path !== ''}
      done={words.done(ve.name)}
      onClose={onClose}
      onSubmit={async ({ timeLimit, ...rest }) => {
        const body = { ...rest, ...(typeof timeLimit === 'number' ? { timeLimit } : {}) };
        await change('ve.export', { params: { ve: ve.uuid }, body });
      }}
    >
      <PathField label={words.path} help={words.pathHelp} inputProps={form.getInputProps('path')} />
      <Switch
        label={words.withoutTemplate}
        description={help('withoutTemplate')}
        {...form.getInputProps('withoutTemplate', { type: 'checkbox' })}
      />
      <Switch
        label={words.snapshots}
        description={help('snapshots')}
        {...form.getInputProps('snapshots', { type: 'checkbox' })}
      />
      <NumberInput
        label={words.timeLimit}
        description={help('timeLimit')}
        allowDecimal={false}
        allowNegative={false}
        hideControls
        {...form.getInputProps('timeLimit')}
      />
    </FormModal>
  );
}
